import type { Request, Response } from 'express';
import type * as z from 'zod';
import type { KeyScope } from '../db/schema';
import type { Principal } from './authenticate';
import type { KeepAnswer } from './idempotency';
import type { RateLimitPolicy } from './rate-limits';
import type { RequestDeadline } from './request-deadline';
import type { KnownVisitor } from './webchat/visitors';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a handler is given: everything checked already. */
export type Call<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  ifMatch: string | undefined;
  /** Of a stream: the last event that the caller has, from the header. */
  lastEventId?: string | undefined;
  deadline: RequestDeadline;
  /** For idempotent calls: to be called with the answer in the transaction that makes it true. */
  keepAnswer: KeepAnswer;
};

/** The same for a call that anybody may make. */
export type OpenCall<Params, Query, Body> = Pick<
  Call<Params, Query, Body>,
  'params' | 'query' | 'body' | 'deadline'
> & {
  /** The address that the request comes from. */
  address: string;
  /** The Authorization header, of which nobody has thought yet. */
  authorization: string | undefined;
};

/** The same for a call of a web chat's visitor. */
export type VisitorCall<Params, Query, Body> = Omit<
  Call<Params, Query, Body>,
  'principal' | 'ifMatch' | 'keepAnswer'
> & { visitor: KnownVisitor };

/** What a handler answers with; without a body: nothing is sent but the status. */
export type Answer = {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Writes the answer by itself, for as long as it takes: status and headers are sent by then. */
  stream?: (req: Request, res: Response) => void;
};

/** An answer as the OpenAPI document tells it. */
export type DocumentedAnswer = {
  description: string;
  schema?: z.ZodType;
  headers?: readonly ('ETag' | 'Location')[];
  /** `application/json` when left out. */
  mediaType?: 'application/json' | 'text/event-stream';
};

type NoFields = z.ZodObject<Record<never, never>>;

type Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = {
  method: Method;
  /** As in the OpenAPI document: `/v1/agents/{agentId}`. */
  path: string;
  /** The OpenAPI operationId. */
  name: string;
  tag: string;
  summary: string;
  description?: string;
  /** Keys of these scopes may call it; admin always may. */
  scopes: readonly KeyScope[];
  /**
   * Who may call it where that is not everybody with a key: whoever is signed in to the console (which the handler
   * checks), anybody at all, or a visitor of the web chat in the path.
   */
  access?: 'session' | 'open' | 'visitor';
  params?: P;
  query?: Q;
  /** The body; for a merge patch the schema of the merged whole, which the handler checks. */
  body?: B;
  bodyKind?: 'json' | 'merge-patch';
  /** A request without a body counts as one with `{}`. */
  bodyOptional?: boolean;
  /** The most bytes that a body may have, where it is more than usual. */
  bodyLimit?: number;
  /** Whether Last-Event-ID is read. */
  resumable?: boolean;
  /** Whether If-Match is honoured. */
  conditional?: boolean;
  /** Whether an Idempotency-Key is honoured; the handler then calls `keepAnswer`. */
  idempotent?: boolean;
  /** What it counts against for its key; default: `requests`. */
  rateLimit?: RateLimitPolicy;
  /** As how many it counts, where that depends on its body. */
  weight?: (body: z.output<B>) => number;
  answers: Record<number, DocumentedAnswer>;
  /** Problems of its own, beside those that every call of its kind can have. */
  problems?: readonly (409 | 422 | 429)[];
};

/** One call of the API: what routes it, checks it, documents it and answers it. */
export type Operation = Definition<z.ZodObject, z.ZodObject, z.ZodType> & {
  handle(call: Call<never, never, never>): Promise<Answer>;
};

/** Ties the handler's types to the schemas. The body of a merge patch is whatever JSON was sent. */
export function operation<
  P extends z.ZodObject = NoFields,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
  K extends 'json' | 'merge-patch' = 'json',
>(
  definition: Definition<P, Q, B> & { bodyKind?: K },
  handle: (call: Call<z.output<P>, z.output<Q>, K extends 'merge-patch' ? unknown : z.output<B>>) => Promise<Answer>,
): Operation {
  return { ...definition, handle } as unknown as Operation;
}

/** The same for a call that needs no key. */
export function openOperation<
  P extends z.ZodObject = NoFields,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<Definition<P, Q, B>, 'scopes' | 'access' | 'idempotent' | 'conditional' | 'resumable'>,
  handle: (call: OpenCall<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer>,
): Operation {
  return { ...definition, scopes: [], access: 'open', handle } as unknown as Operation;
}

/** The same for a call of a web chat's visitor; `channelId` is in its path. */
export function visitorOperation<
  P extends z.ZodObject,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
>(
  definition: Omit<Definition<P, Q, B>, 'scopes' | 'access' | 'idempotent' | 'conditional' | 'weight'>,
  handle: (call: VisitorCall<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer>,
): Operation {
  return { ...definition, scopes: [], access: 'visitor', handle } as unknown as Operation;
}
