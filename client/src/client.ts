import { v4 as randomUuid } from 'uuid';
import { type Api, calls, type MessageBatchInput } from './api-types';
import type { CallShape, ChangeOptions, CreateOptions, StreamOptions } from './calls';
import { type Connection, send } from './requests';
import { follow } from './streams';

export type ClientSettings = {
  /** Where the API is: `https://followups.example.com`. */
  baseUrl: string;
  /** `fup_…`, with the scope that the calls need. Left out where `headers` or a cookie say who calls. */
  apiKey?: string;
  /** More headers, asked for before each attempt. */
  headers?: () => Record<string, string>;
  /** How often a request is repeated at most when that may help. Default: 4. */
  retries?: number;
  /** How long one attempt may take. Default: 10,000. */
  timeoutMs?: number;
  /** In place of the global one. */
  fetch?: typeof fetch;
};

/** What a POST without Idempotency-Key does is the same when it is done twice. */
const repeatablePosts: ReadonlySet<string> = new Set<keyof Api>([
  'reportMessage',
  'reportMessages',
  'endConversation',
  'reportReceipt',
  'answerSurvey',
  'activateFollowup',
  'deactivateFollowup',
  'resumeChannel',
]);

type Params = Record<string, string | number | boolean | undefined>;
type Options = CreateOptions & ChangeOptions & StreamOptions;

/**
 * The API as an object: a method for each call, named by its operationId, with what the path and the query need, the
 * body, and options, in this order and as far as the call has them.
 *
 * Methods do not depend on `this`. All throw ProblemError, NoAnswerError, or the reason of their signal.
 */
export function createFollowupsClient(settings: ClientSettings): Api {
  const connection: Connection = {
    baseUrl: settings.baseUrl.replace(/\/+$/, ''),
    headers: () => ({
      ...(settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` }),
      ...settings.headers?.(),
    }),
    // A browser's fetch must not be called as a method of something else.
    fetch: settings.fetch ?? ((...request) => fetch(...request)),
    retries: settings.retries ?? 4,
    timeoutMs: settings.timeoutMs ?? 10_000,
  };
  const methods = Object.entries<CallShape>(calls).map(([name, shape]) => [
    name,
    (...args: unknown[]) => {
      const params = (shape.params ? args.shift() : undefined) as Params | undefined;
      const body = shape.body === null ? undefined : args.shift();
      const options = (args.shift() ?? {}) as Options;
      if (shape.streams) return follow(connection, pathOf(shape.path, params), options);
      return call(connection, name, shape, params, body, options);
    },
  ]);
  return Object.fromEntries(methods) as Api;
}

async function call(
  connection: Connection,
  name: string,
  shape: CallShape,
  params: Params | undefined,
  body: unknown,
  options: Options,
): Promise<unknown> {
  const sent = withTime(name, body);
  const response = await send(connection, {
    method: shape.method,
    path: pathOf(shape.path, params),
    headers: {
      accept: 'application/json',
      ...(shape.body !== null && sent !== undefined ? { 'content-type': shape.body } : {}),
      ...(shape.creates ? { 'idempotency-key': options.idempotencyKey ?? randomUuid() } : {}),
      ...(options.revision === undefined ? {} : { 'if-match': `"${options.revision}"` }),
    },
    body: sent === undefined ? null : JSON.stringify(sent),
    // A repeated change for a revision would fail because the first one was made.
    repeatable:
      shape.creates ||
      (shape.method === 'POST'
        ? repeatablePosts.has(name)
        : shape.method !== 'PATCH' || options.revision === undefined),
    signal: options.signal,
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** Fills in the fields of the path; those that are left are the query. */
function pathOf(template: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && !template.includes(`{${name}}`)) query.set(name, String(value));
  }
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`${template} needs "${name}".`);
    return encodeURIComponent(value);
  });
  return query.size === 0 ? path : `${path}?${query}`;
}

/** An event that is reported again must say the same time as before, so its time is set here, once. */
function withTime(name: string, body: unknown): unknown {
  const at = new Date().toISOString();
  if (name === 'reportMessage' || name === 'endConversation') return { at, ...(body as object | undefined) };
  if (name !== 'reportMessages') return body;
  return { messages: (body as MessageBatchInput).messages.map((message) => ({ at, ...message })) };
}
