/** What the gateway does with one request. */
export type Step = {
  /** Waits so long before it answers. */
  delayMs?: number;
  /** Waits until this name is released before it answers. */
  hold?: string;
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  /** Default: a message id made from the delivery's. */
  body?: string;
  /**
   * `answer` (default); `reset`: the connection is reset without an answer; `silence`: nothing, ever; `drip`: the head,
   * and then a byte a second, without end; `flood`: the head, and a gigabyte as fast as it is taken.
   */
  manner?: 'answer' | 'reset' | 'silence' | 'drip' | 'flood';
};

/** What the gateway noted of one request, before it did anything else. Times are those of `sharedMs`. */
export type LedgerEntry = {
  sequence: number;
  /** When it was read. Its first byte came in between the two. */
  readAtMs: number;
  notBeforeMs: number;
  /** By the clock on the wall, epoch milliseconds. */
  atMs: number;
  webhookId: string;
  /** Of `webhook-timestamp`, as it came. */
  timestamp: string;
  signature: string;
  /** By the channel's secret; null where the gateway was not told one. */
  verified: boolean | null;
  body: string;
  type: string;
  data: {
    deliveryId: string;
    followupId: string;
    sessionId: string;
    channelId: string;
    conversationId: string;
    anchorAt: string;
    dueAt: string;
    message: string;
  };
  /** What it was told to do with it. */
  step: Step;
};

/** Says to the gateway, by its control port, what to do. */
export type Order =
  | { order: 'script'; conversationId: string; steps: Step[] }
  /** For conversations without a script, and those whose script is at its end. */
  | { order: 'otherwise'; step: Step }
  | { order: 'release'; name: string }
  | { order: 'secret'; channelId: string; secret: string }
  | { order: 'forget' };
