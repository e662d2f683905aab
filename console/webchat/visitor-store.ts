/** Who writes here, as this browser remembers it. */
export type Visitor = {
  token: string;
  conversationId: string;
  /** Until when the token is valid. */
  expiresAt: string;
  /** The cursor of the last message that was in sight; null: none was. */
  seen: string | null;
};

export type VisitorStore = {
  get(): Visitor | null;
  set(visitor: Visitor | null): void;
};

/** Keeps the visitor of a channel in localStorage; where a browser closes that to frames, as long as the page is open. */
export function createVisitorStore(channelId: string): VisitorStore {
  const key = `followups:webchat:${channelId}`;
  let remembered: Visitor | null = null;
  let isOpen = true;
  return {
    get() {
      if (!isOpen) return remembered;
      try {
        return parse(localStorage.getItem(key));
      } catch {
        return remembered;
      }
    },
    set(visitor) {
      remembered = visitor;
      try {
        if (visitor) localStorage.setItem(key, JSON.stringify(visitor));
        else localStorage.removeItem(key);
      } catch {
        isOpen = false;
      }
    },
  };
}

function parse(stored: string | null): Visitor | null {
  try {
    const { token, conversationId, expiresAt, seen } = JSON.parse(stored ?? 'null') ?? {};
    const isWhole = [token, conversationId, expiresAt].every((field) => typeof field === 'string');
    return isWhole ? { token, conversationId, expiresAt, seen: typeof seen === 'string' ? seen : null } : null;
  } catch {
    return null;
  }
}
