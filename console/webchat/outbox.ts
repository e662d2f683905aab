export type Draft = { id: string; text: string };

/** An id that no other message has. On pages without TLS, too, where there is no randomUUID. */
export const newDraftId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export type Outbox = {
  /** Sends a draft after those before it. The same draft again is the same message. */
  put(draft: Draft): void;
};

/** Sends one message after the other, so that they arrive in the order in which they were written. */
export function createOutbox<Sent>(
  send: (draft: Draft) => Promise<Sent>,
  done: { sent(draft: Draft, answer: Sent): void; failed(draft: Draft, error: unknown): void },
): Outbox {
  const waiting: Draft[] = [];
  let isSending = false;

  async function run(): Promise<void> {
    isSending = true;
    for (let draft = waiting.shift(); draft; draft = waiting.shift()) {
      try {
        done.sent(draft, await send(draft));
      } catch (error) {
        // What comes after it would overtake it.
        for (const unsent of [draft, ...waiting.splice(0)]) done.failed(unsent, error);
      }
    }
    isSending = false;
  }

  return {
    put(draft) {
      waiting.push(draft);
      if (!isSending) void run();
    },
  };
}
