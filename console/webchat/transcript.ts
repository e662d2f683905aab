import type { ChatMessage } from '../../client/src/api-types';
import { element } from './dom';
import { withLinks } from './links';
import { dayName, timeOfDay } from './opening';
import type { Draft } from './outbox';
import { surveyCard } from './survey-card';

/** Messages of one sender that came within this time of each other stand together, under one name. */
const togetherMs = 300_000;
/** Who reads within so many pixels of the end is carried along by what comes. */
const nearEndPx = 80;

type Shown = Pick<ChatMessage, 'id' | 'from' | 'text' | 'at' | 'survey'>;

export type Transcript = {
  /** Shows a message, once: the same one again changes nothing. */
  add(message: Shown): void;
  /** Shows a message that is on its way. */
  sending(draft: Draft): void;
  failed(draft: Draft): void;
  /** Whether what is added is read out, as news are; what was said in the past is not. */
  readOut(isReadOut: boolean): void;
  /** Moves to the end. */
  toEnd(): void;
};

export type TranscriptParts = {
  log: HTMLElement;
  /** In sight while nothing was said. */
  welcome: HTMLElement;
  /** Leads to messages that came further down. */
  newer: HTMLButtonElement;
  agentName: () => string;
  retry: (draft: Draft) => void;
};

/** What was said, oldest first. Every text is shown as text. */
export function createTranscript({ log, welcome, newer, agentName, retry }: TranscriptParts): Transcript {
  const shown = new Map<string, HTMLElement>();
  let last: { side: string; at: Date } | null = null;

  // What scrolls can be scrolled by keyboard.
  log.tabIndex = 0;

  const keyOf = ({ from, id }: Pick<Shown, 'from' | 'id'>) => `${from} ${id}`;
  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < nearEndPx;
  const toEnd = () => {
    log.scrollTop = log.scrollHeight;
    newer.hidden = true;
  };
  newer.addEventListener('click', () => {
    toEnd();
    log.focus();
  });
  let wasAtEnd = true;
  log.addEventListener('scroll', () => {
    wasAtEnd = isAtEnd();
    if (wasAtEnd) newer.hidden = true;
  });
  // What grows, as a survey does when it is answered, and a frame that is made smaller do not hide the end.
  const grown = new ResizeObserver(() => {
    if (wasAtEnd) toEnd();
  });
  grown.observe(log);

  function append(message: Shown): HTMLElement {
    const at = new Date(message.at);
    const side = message.from === 'followup' ? 'agent' : message.from;
    const follows = wasAtEnd || message.from === 'user';
    if (last?.at.toDateString() !== at.toDateString()) {
      log.append(element('p', { className: 'day' }, dayName(at, new Date())));
      last = null;
    }
    const isContinued = last?.side === side && at.getTime() - last.at.getTime() < togetherMs;
    last = { side, at };
    const author = side === 'user' ? 'You' : side === 'agent' ? agentName() : 'Team';
    const made = element(
      'div',
      { className: `message ${side}${isContinued ? ' continued' : ''}` },
      element('p', { className: 'author' }, author),
      element('div', { className: 'bubble' }, ...withLinks(message.text)),
      ...(message.survey ? [surveyCard(message.survey)] : []),
      element(
        'p',
        { className: 'meta' },
        element('time', { dateTime: message.at, title: at.toLocaleString('en-GB') }, timeOfDay(at)),
      ),
    );
    log.append(made);
    grown.observe(made);
    shown.set(keyOf(message), made);
    welcome.hidden = true;
    if (follows) toEnd();
    else newer.hidden = false;
    return made;
  }

  const state = (draft: Draft, name: 'sending' | 'failed' | null): HTMLElement | undefined => {
    const found = shown.get(keyOf({ from: 'user', id: draft.id }));
    found?.classList.toggle('sending', name === 'sending');
    found?.querySelector('.retry')?.remove();
    return found;
  };

  return {
    add(message) {
      if (shown.has(keyOf(message))) state(message, null);
      else append(message);
    },
    sending(draft) {
      if (!shown.has(keyOf({ from: 'user', id: draft.id })))
        append({ ...draft, from: 'user', at: new Date().toISOString(), survey: null });
      state(draft, 'sending');
    },
    failed(draft) {
      const button = element('button', { type: 'button', className: 'retry' }, 'Not sent. Try again');
      button.addEventListener('click', () => retry(draft));
      state(draft, 'failed')?.append(button);
      if (wasAtEnd) toEnd();
    },
    readOut(isReadOut) {
      log.ariaLive = isReadOut ? 'polite' : 'off';
    },
    toEnd,
  };
}
