import type * as z from 'zod';
import type { KeyScope } from '../db/schema';
import type { Principal } from './authenticate';
import type { RequestDeadline } from './request-deadline';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** What a handler is given: everything checked already. */
export type Call<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  ifMatch: string | undefined;
  deadline: RequestDeadline;
};

/** What a handler answers with; without a body: nothing is sent but the status. */
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** An answer as the OpenAPI document tells it. */
export type DocumentedAnswer = { description: string; schema?: z.ZodType; headers?: readonly ('ETag' | 'Location')[] };

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
  params?: P;
  query?: Q;
  /** The body; for a merge patch the schema of the merged whole, which the handler checks. */
  body?: B;
  bodyKind?: 'json' | 'merge-patch';
  /** A request without a body counts as one with `{}`. */
  bodyOptional?: boolean;
  /** Whether If-Match is honoured. */
  conditional?: boolean;
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
