/** What the page that holds the frame tells the chat. */
export type ToChat =
  /** The chat is in sight from now on; `focus`: the visitor opened it, and is about to write. */
  | { type: 'followups:shown'; focus: boolean }
  | { type: 'followups:hidden' }
  /** Forget who was here, and begin as a new visitor. Taken from pages of the chat's own origin only. */
  | { type: 'followups:restart' };

/** What the chat tells the page that holds its frame: never anything of what was said. */
export type FromChat =
  /** The chat listens. */
  | { type: 'followups:ready' }
  | { type: 'followups:close' }
  /** How many messages came that the visitor has not seen. */
  | { type: 'followups:unread'; count: number }
  /** Whose conversation this is. Told to pages of the chat's own origin only. */
  | { type: 'followups:conversation'; conversationId: string };

/** What came by postMessage, where it is one of these by its type; anything may come that way. */
export function frameMessage<Message extends { type: string }>(data: unknown): Message | null {
  const { type } = (typeof data === 'object' && data !== null ? data : {}) as { type?: unknown };
  return typeof type === 'string' && type.startsWith('followups:') ? (data as Message) : null;
}
