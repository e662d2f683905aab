import { createChat } from './chat';
import { createChatApi, isGone } from './chat-api';
import { createComposer } from './composer';
import { byId, icon } from './dom';
import { connectFrame } from './frame';
import { showPresence } from './presence';
import { applyTheme } from './theme';
import { createTranscript } from './transcript';
import { createVisitorStore } from './visitor-store';

/** How often it is asked whether the agent is there, while the chat is in sight. */
const presenceEveryMs = 120_000;

const channelId = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const search = new URLSearchParams(location.search);
applyTheme(search, document.documentElement);

const store = createVisitorStore(channelId);
const api = createChatApi(channelId, () => store.get()?.token ?? null);
const notice = byId('notice', HTMLElement);
const closeButton = byId('close', HTMLButtonElement);
const presenceParts = {
  avatar: byId('avatar', HTMLElement),
  name: byId('agent', HTMLElement),
  presence: byId('presence', HTMLElement),
};
let agentName = 'Agent';
let isInSight = false;

const frame = connectFrame(search, (message) => {
  if (message.type === 'followups:restart') {
    store.set(null);
    location.reload();
    return;
  }
  setInSight(message.type === 'followups:shown');
  if (message.type !== 'followups:shown') return;
  void refreshPresence();
  if (message.focus) composer.focus();
});

const welcome = byId('welcome', HTMLElement);
// Who comes back finds the transcript instead, in a moment.
welcome.hidden = store.get() !== null;
const transcript = createTranscript({
  log: byId('log', HTMLElement),
  welcome,
  newer: byId('newer', HTMLButtonElement),
  agentName: () => agentName,
  retry: (draft) => chat.retry(draft),
});

const chat = createChat({
  api,
  store,
  transcript,
  onConversation: (conversationId) => frame.tell({ type: 'followups:conversation', conversationId }),
  onUnread: (count) => frame.tell({ type: 'followups:unread', count }),
  onGone: showGone,
});

const composer = createComposer(
  {
    form: byId('composer', HTMLFormElement),
    text: byId('text', HTMLTextAreaElement),
    send: byId('send', HTMLButtonElement),
  },
  (text) => chat.say(text),
);

function showGone(): void {
  notice.textContent = 'This chat has been closed.';
  composer.close();
}

async function refreshPresence(): Promise<void> {
  try {
    const facts = await api.facts();
    agentName = facts.agentName;
    showPresence(presenceParts, facts, new Date());
  } catch (error) {
    // Without an answer the chat works as well, if the next call is answered.
    if (isGone(error)) showGone();
  }
}

function setInSight(value: boolean): void {
  if (value && !isInSight) transcript.toEnd();
  isInSight = value;
  chat.inSight(value);
}

function showConnection(): void {
  notice.textContent = navigator.onLine ? '' : 'You are offline.';
}

if (frame.embedded) {
  closeButton.hidden = false;
  closeButton.append(icon('M6 6l12 12M18 6 6 18', 'lines'));
  closeButton.addEventListener('click', () => frame.tell({ type: 'followups:close' }));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) frame.tell({ type: 'followups:close' });
  });
}
window.addEventListener('online', showConnection);
window.addEventListener('offline', showConnection);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return chat.pause();
  chat.resume();
  if (isInSight) void refreshPresence();
});
setInterval(() => {
  if (isInSight) void refreshPresence();
}, presenceEveryMs);

frame.tell({ type: 'followups:ready' });
if (!frame.embedded) setInSight(true);
// What is behind a closed launcher asks for nothing, unless there is a visitor for whom something may have come.
if (!frame.embedded || store.get()) refreshPresence().then(() => chat.resume());
// The first message may be written in another tab.
window.addEventListener('storage', () => chat.resume());
