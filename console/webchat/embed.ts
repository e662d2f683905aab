import { element, icon } from './dom';
import { embedStyle } from './embed-style';
import { type FromChat, frameMessage, type ToChat } from './frame-messages';
import { isColor, readableOn } from './theme';

/** All that a page sees of the chat: `window.FollowupsChat`. */
type FollowupsChat = { open(): void; close(): void };

declare global {
  interface Window {
    FollowupsChat?: FollowupsChat;
  }
}

const bubble =
  'M12 3C6.5 3 2 6.8 2 11.5c0 2.4 1.2 4.6 3.1 6.1L4.5 22l4.6-2.4c.9.2 1.9.4 2.9.4 5.5 0 10-3.8 10-8.5S17.5 3 12 3z';
const chevron = 'M5 9l7 7 7-7';
/** After that time a page's author is told that the chat does not answer. */
const answerWithinMs = 15_000;

type Settings = { channelId: string; origin: string; color: string | null; isOpen: boolean };

function settingsOf(script: Element | null): Settings | null {
  if (!(script instanceof HTMLScriptElement)) return null;
  const { channel = '', color, open } = script.dataset;
  if (!/^ch_\w+$/.test(channel)) {
    console.error(
      'Followups chat: the script needs data-channel with the id of a channel, such as data-channel="ch_…".',
    );
    return null;
  }
  return {
    channelId: channel,
    origin: new URL(script.src).origin,
    color: isColor(color) ? color : null,
    isOpen: open !== undefined && open !== 'false',
  };
}

/** Puts the chat on the page: a launcher, and a frame that shows the channel's page. */
function install({ channelId, origin, color, isOpen: isOpenAtFirst }: Settings): FollowupsChat {
  let isOpen = false;
  const query = new URLSearchParams({ parent: location.origin, ...(color === null ? {} : { color }) });

  const frame = element('iframe', { title: 'Chat', src: `${origin}/webchat/${channelId}?${query}` });
  const panel = element('div', { id: 'panel', className: 'panel', role: 'dialog', ariaLabel: 'Chat' }, frame);
  const badge = element('span', { className: 'badge', ariaHidden: 'true', hidden: true });
  // Only a chat that answers gets a launcher: none is better than one that leads nowhere.
  const launcher = element('button', { type: 'button', hidden: true }, icon(bubble), icon(chevron, 'lines'), badge);
  launcher.setAttribute('aria-controls', panel.id);
  const status = element('p', { className: 'unseen', role: 'status' });

  const host = element('div');
  if (color !== null) {
    host.style.setProperty('--accent', color);
    host.style.setProperty('--on-accent', readableOn(color));
  }
  const root = host.attachShadow({ mode: 'open' });
  // Made by script, so that a page whose policy forbids styles of others allows it, too.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(embedStyle);
  root.adoptedStyleSheets = [sheet];
  root.append(panel, launcher, status);

  const tell = (message: ToChat) => frame.contentWindow?.postMessage(message, origin);

  function show(unread: number): void {
    const waiting = unread === 1 ? '1 new message' : `${unread} new messages`;
    badge.hidden = isOpen || unread === 0;
    badge.textContent = unread > 9 ? '9+' : String(unread);
    status.textContent = badge.hidden ? '' : `${waiting} in the chat`;
    launcher.ariaLabel = isOpen ? 'Close chat' : badge.hidden ? 'Open chat' : `Open chat, ${waiting}`;
    launcher.ariaExpanded = String(isOpen);
  }

  function open(focus: boolean): void {
    isOpen = true;
    panel.classList.add('open');
    show(0);
    if (focus) frame.focus();
    tell({ type: 'followups:shown', focus });
  }

  function close(): void {
    const wasInside = root.activeElement === frame;
    isOpen = false;
    panel.classList.remove('open');
    show(0);
    if (wasInside) launcher.focus();
    tell({ type: 'followups:hidden' });
  }

  launcher.addEventListener('click', () => (isOpen ? close() : open(true)));
  host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isOpen) close();
  });
  const unanswered = setTimeout(() => {
    console.warn(
      `Followups chat: ${origin} does not answer. Is ${location.origin} among the channel's allowedOrigins?`,
    );
  }, answerWithinMs);
  window.addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    const message = frameMessage<FromChat>(event.data);
    if (message?.type === 'followups:ready') {
      clearTimeout(unanswered);
      launcher.hidden = false;
      if (isOpen) tell({ type: 'followups:shown', focus: false });
      else if (isOpenAtFirst) open(false);
    } else if (message?.type === 'followups:close') close();
    else if (message?.type === 'followups:unread') show(message.count);
  });

  show(0);
  // The page itself comes first.
  if (document.readyState === 'complete') document.body.append(host);
  else window.addEventListener('load', () => document.body.append(host));
  return { open: () => open(true), close };
}

// Once, also when a page includes the script twice.
if (!window.FollowupsChat) {
  const settings = settingsOf(document.currentScript);
  if (settings) window.FollowupsChat = install(settings);
}
