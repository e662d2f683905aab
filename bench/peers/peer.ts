/** What people would use instead: a queue of jobs that come due, with nothing else around it. */
export type Peer = {
  /** The agent spoke: the job of a session comes due at `dueAtMs`, epoch milliseconds, and at no other time. */
  schedule(sessionId: string, dueAtMs: number): Promise<void>;
  /** The user spoke: there is no job any more. */
  cancel(sessionId: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param url of an empty database that is the peer's own @param onDue is told of each job that is done */
export type StartPeer = (url: string, onDue: (sessionId: string) => void) => Promise<Peer>;

/** Each with its defaults, and with its best setting where that is another one. */
export type PeerName =
  | 'SKIP LOCKED, polled every 100 ms'
  | 'pg-boss, polled every 2 s (default)'
  | 'pg-boss, polled every 0.5 s'
  | 'graphile-worker, polled every 2 s (default)'
  | 'graphile-worker, polled every 100 ms'
  | 'BullMQ on PostgreSQL'
  | 'BullMQ on Redis';
