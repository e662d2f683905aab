/** What people would use instead: a queue of jobs that come due, with nothing else around it. */
export type Peer = {
  /** Whether a package has to be installed first. */
  package: boolean;
  /** Starts its own server, where PostgreSQL is not it. */
  serve?(): Promise<PeerServer>;
  /** @param url of an empty database that is the peer's own, or what `serve` answered */
  connect(url: string): Promise<PeerClient>;
  /** @param onDue is told of each job, which is done when it returns */
  work(url: string, onDue: (sessionId: string) => Promise<void>): Promise<PeerWorker>;
};

export type PeerServer = { url: string; stop(): Promise<void> };

/** Where messages come in. */
export type PeerClient = {
  /** The agent spoke: the job of a session comes due at `dueAtMs`, epoch milliseconds, and at no other time. */
  schedule(sessionId: string, dueAtMs: number): Promise<void>;
  /** The user spoke: there is no job any more. */
  cancel(sessionId: string): Promise<void>;
  stop(): Promise<void>;
};

/** Where jobs are done. */
export type PeerWorker = { stop(): Promise<void> };
