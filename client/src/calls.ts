/** How a call is made. */
export type CallShape = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/agents/{agentId}` */
  path: string;
  /** Whether its first argument are the fields of path and query. */
  params: boolean;
  /** The media type of its body; null: it has none. */
  body: string | null;
  /** Whether it takes an Idempotency-Key. */
  creates: boolean;
  /** Whether it answers with server-sent events. */
  streams: boolean;
};

export type CallOptions = {
  /** Gives the call up. */
  signal?: AbortSignal;
};

export type CreateOptions = CallOptions & {
  /**
   * Names the creation, so that it is not made twice however often it is asked for. By default each call has one of its
   * own, which covers its repetitions; give one that you have stored where the program itself may be started again.
   */
  idempotencyKey?: string;
};

export type ChangeOptions = CallOptions & {
  /** The revision that the change is made for: when it is another one by now, the call fails with `precondition_failed`. */
  revision?: number;
};

export type StreamOptions = CallOptions & {
  /** Told when the connection stands, and when it is lost; it is then opened again. */
  onConnection?: (connected: boolean) => void;
};

/** A server-sent event, its data read as JSON. */
export type StreamedEvent<Data> = {
  /** For going on after it, in another program: `lastEventId`. */
  id: string;
  type: string;
  data: Data;
};
