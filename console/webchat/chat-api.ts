import type { ChatMessage, Said, Transcript, Visitor, Webchat } from '../../client/src/api-types';
import { ProblemError } from '../../client/src/errors';
import { type Connection, send } from '../../client/src/requests';
import { follow } from '../../client/src/streams';
import type { Draft } from './outbox';

/** The calls of a channel's chat. They throw a ProblemError, or a NoAnswerError when nothing came in some attempts. */
export type ChatApi = {
  facts(): Promise<Webchat>;
  /** A new visitor; where there is a token already, a new one for the same visitor. */
  visitor(): Promise<Visitor>;
  /** Every message after a place in the transcript; null: from its beginning. */
  messages(after: string | null): AsyncGenerator<ChatMessage>;
  say(draft: Draft): Promise<ChatMessage>;
  /** The messages after a place as they come, until the stream cannot be had any more. */
  follow(after: string | null, signal: AbortSignal): AsyncGenerator<ChatMessage>;
};

/** @param token of the visitor, asked for before each call; null: nobody yet */
export function createChatApi(channelId: string, token: () => string | null): ChatApi {
  const path = `/v1/webchat/${encodeURIComponent(channelId)}`;
  const connection: Connection = {
    baseUrl: '',
    headers: (): Record<string, string> => {
      const given = token();
      return given === null ? {} : { authorization: `Bearer ${given}` };
    },
    fetch: (...request) => fetch(...request),
    retries: 3,
    timeoutMs: 10_000,
  };

  async function call<Answer>(method: 'GET' | 'POST', at: string, body: object | null = null): Promise<Answer> {
    const response = await send(connection, {
      method,
      path: path + at,
      headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) },
      body: body === null ? null : JSON.stringify(body),
      repeatable: true,
      signal: undefined,
    });
    return response.json();
  }

  return {
    facts: () => call('GET', ''),
    visitor: () => call('POST', '/visitors'),
    async *messages(after) {
      for (let next = after; ; ) {
        const query = new URLSearchParams({ limit: '200', ...(next === null ? {} : { after: next }) });
        const page = await call<Transcript>('GET', `/messages?${query}`);
        yield* page.items;
        if (page.nextCursor === null) return;
        next = page.nextCursor;
      }
    },
    async say(draft) {
      const { message } = await call<Said>('POST', '/messages', draft);
      return message;
    },
    async *follow(after, signal) {
      // Where it begins; when it goes on after a cut, the stream puts its own place over this one.
      const begin: Record<string, string> = after === null ? {} : { 'last-event-id': after };
      const headers = () => ({ ...connection.headers(), ...begin });
      for await (const { data } of follow<ChatMessage>({ ...connection, headers }, `${path}/events`, { signal })) {
        yield data;
      }
    },
  };
}

/** The visitor's token is good for nothing any more. */
export const isUnknownVisitor = (error: unknown): boolean => error instanceof ProblemError && error.status === 401;

/** There is no such chat any more. */
export const isGone = (error: unknown): boolean => error instanceof ProblemError && error.status === 404;
