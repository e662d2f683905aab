import type { ChatMessage } from '../../client/src/api-types';
import { pauseMs } from '../../client/src/requests';
import { sleep } from '../../client/src/sleep';
import { type ChatApi, isGone, isUnknownVisitor } from './chat-api';
import { createOutbox, type Draft, newDraftId } from './outbox';
import type { Transcript } from './transcript';
import type { VisitorStore } from './visitor-store';

/** A token is exchanged for a new one when it ends within this time: who comes back until then stays who they are. */
const renewBeforeMs = 60 * 86_400_000;

export type ChatParts = {
  api: ChatApi;
  store: VisitorStore;
  transcript: Transcript;
  /** Who the visitor is, as soon as that is known. */
  onConversation: (conversationId: string) => void;
  /** How many messages have come that the visitor has not seen. */
  onUnread: (count: number) => void;
  /** The chat was closed for good. */
  onGone: () => void;
};

export type Chat = {
  say(text: string): void;
  /** The same message once more, after it could not be sent. */
  retry(draft: Draft): void;
  /** Tells whether the visitor has the transcript in sight. */
  inSight(isInSight: boolean): void;
  /** Goes on with the visitor that this browser remembers, if it does; in a tab in the background, not yet. */
  resume(): void;
  /** Follows nothing until it is resumed: a browser has only six connections to a host. */
  pause(): void;
};

/** One visitor's conversation. There is no visitor, and nothing is followed, before the first message. */
export function createChat({ api, store, transcript, onConversation, onUnread, onGone }: ChatParts): Chat {
  /** The last message that has come. */
  let cursor: string | null = null;
  let unread = 0;
  let isInSight = false;
  let following: AbortController | null = null;

  function take(message: ChatMessage): void {
    transcript.add(message);
    cursor = message.cursor;
    // Who wrote has seen what came before, in this browser or in another one.
    if (message.from === 'user' || message.cursor === store.get()?.seen) unread = 0;
    else unread += 1;
  }

  function tellUnread(): void {
    if (isInSight) {
      unread = 0;
      const visitor = store.get();
      if (visitor && cursor !== null) store.set({ ...visitor, seen: cursor });
    }
    onUnread(unread);
  }

  async function renew(): Promise<void> {
    const visitor = store.get();
    if (visitor && Date.parse(visitor.expiresAt) - Date.now() < renewBeforeMs)
      store.set({ ...visitor, ...(await api.visitor()) });
  }

  async function replay(signal: AbortSignal): Promise<void> {
    transcript.readOut(cursor !== null);
    try {
      for await (const message of api.messages(cursor)) {
        // Whoever goes on after a pause asks for the rest.
        if (signal.aborted) return;
        take(message);
      }
    } finally {
      transcript.readOut(true);
    }
    tellUnread();
  }

  async function follow(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await renew();
        // At each beginning, so that messages come also where something on the way holds streams back.
        await replay(signal);
        failures = 0;
        for await (const message of api.follow(cursor, signal)) {
          take(message);
          tellUnread();
        }
      } catch (error) {
        if (isUnknownVisitor(error)) return forget();
        if (isGone(error)) return end();
      }
      await sleep(pauseMs(failures + 1), signal).catch(() => {});
    }
  }

  function resume(): void {
    const visitor = store.get();
    if (!visitor || following || document.hidden) return;
    following = new AbortController();
    onConversation(visitor.conversationId);
    void follow(following.signal);
  }

  function pause(): void {
    following?.abort();
    following = null;
  }

  /** What was said stays in sight; what is said next begins another conversation. */
  function forget(): void {
    pause();
    cursor = null;
    store.set(null);
  }

  function end(): void {
    following?.abort();
    onGone();
  }

  async function deliver(draft: Draft): Promise<ChatMessage> {
    if (!store.get()) store.set({ ...(await api.visitor()), seen: null });
    const said = await api.say(draft);
    // Not before: an agent who speaks in a conversation that is known already would come before its first message.
    resume();
    return said;
  }

  const outbox = createOutbox(
    (draft) =>
      deliver(draft).catch((error: unknown) => {
        if (!isUnknownVisitor(error)) throw error;
        forget();
        return deliver(draft);
      }),
    {
      sent: (_draft, message) => transcript.add(message),
      failed: (draft, error) => {
        transcript.failed(draft);
        if (isGone(error)) end();
      },
    },
  );

  function retry(draft: Draft): void {
    transcript.sending(draft);
    outbox.put(draft);
  }

  return {
    say: (text) => retry({ id: newDraftId(), text }),
    retry,
    inSight(value) {
      isInSight = value;
      tellUnread();
    },
    resume,
    pause,
  };
}
