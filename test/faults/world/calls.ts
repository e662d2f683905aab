import { randomUUID } from 'node:crypto';
import { sleep } from '../../support/eventually';
import type { Installation } from '../installation/installation';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; whoever asks knows what comes.
export type Json = any;

/** An answer; with the status 0 there was none. */
export type Answer = { status: number; headers: Headers; body: Json };

export type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  /** Which of the APIs; default: each in its turn. */
  api?: number;
  timeoutMs?: number;
};

/** The API as its clients call it: whoever is not there, or is busy, is asked again. */
export type Calls = {
  /** From now on these are asked. */
  ask(apiUrls: readonly string[]): void;
  /** One request. Never rejects for what the network does. */
  once(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /**
   * Asks until the answer is none of those that ask for patience (429, 503, none at all), the same request each time.
   *
   * @throws Error unless the last answer has this status
   */
  expect(status: number, method: string, path: string, options?: CallOptions & { withinMs?: number }): Promise<Json>;
};

export function createCalls(installation: Pick<Installation, 'apiUrls' | 'adminKey'>): Calls {
  const { adminKey } = installation;
  let { apiUrls } = installation;
  let turn = 0;
  const once: Calls['once'] = async (method, path, options = {}) => {
    const { body, headers, timeoutMs = 8_000 } = options;
    const url = apiUrls[(options.api ?? turn++) % apiUrls.length];
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : parse(text) };
    } catch {
      return { status: 0, headers: new Headers(), body: null };
    }
  };
  return {
    ask(urls) {
      apiUrls = urls;
    },
    once,
    async expect(status, method, path, options = {}) {
      const deadlineMs = Date.now() + (options.withinMs ?? 90_000);
      // Whatever is made is made once, however often it is asked for.
      const headers = { ...options.headers, ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}) };
      for (;;) {
        const answer = await once(method, path, { ...options, headers });
        if (answer.status === status) return answer.body;
        if (!asksForPatience(answer) || Date.now() > deadlineMs) {
          throw new Error(`${method} ${path} answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`);
        }
        await sleep(patienceMs(answer));
      }
    },
  };
}

/** 409 of a repeated request: the first one is still being answered. */
export const asksForPatience = ({ status, body }: Answer): boolean =>
  [0, 429, 503].includes(status) || (status === 409 && String(body?.detail).includes('still running'));

/** As the answer asks, but at most a second. */
export const patienceMs = ({ headers }: Answer): number =>
  Math.min(1_000, Number(headers.get('retry-after') ?? 0.2) * 1_000);

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
