import { randomBytes, randomUUID } from 'node:crypto';
import type { SecretBox } from '../../src/secret-box';
import { newVisitorConversationId, visitorToken, visitorTokenMs } from '../../src/webchat/visitor-token';
import { type EventReader, readEvents } from './events';
import { eventually } from './eventually';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; tests say what they expect of it.
type Answered = { status: number; headers: Headers; body: any };

export type TestVisitor = {
  token: string;
  channelId: string;
  conversationId: string;
  /** Calls the API as this visitor's page does. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Says something, and waits for the 202. As documented, after a 503 it is sent again with the same id. */
  says(text: string, id?: string): Promise<Answered['body']>;
  transcript(): Promise<{ id: string; from: string; text: string }[]>;
  /** Follows the conversation as a page does that is open. */
  follow(lastEventId?: string): Promise<EventReader>;
};

/** A visitor with a token, as if it had been answered a while ago: so no limit of newcomers is met. */
export function visitorOf(
  { baseUrl, secretBox }: { baseUrl: string; secretBox: SecretBox },
  channelId: string,
  token?: { token: string; conversationId: string },
): TestVisitor {
  const conversationId = token?.conversationId ?? newVisitorConversationId();
  const shown =
    token?.token ?? visitorToken(secretBox, { channelId, conversationId }, new Date(Date.now() + visitorTokenMs));
  const base = `/v1/webchat/${channelId}`;
  const visitor: TestVisitor = {
    ...{ token: shown, channelId, conversationId },
    async call(method, path, body) {
      const response = await fetch(baseUrl + base + path, {
        method,
        headers: {
          authorization: `Bearer ${shown}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    async says(text, id = randomUUID()) {
      const { status, body } = await eventually('an answer', async () => {
        const answered = await visitor.call('POST', '/messages', { id, text });
        return answered.status !== 503 && answered;
      });
      if (status !== 202) throw new Error(`${status} in place of 202: ${JSON.stringify(body)}`);
      return body.message;
    },
    async transcript() {
      const { status, body } = await visitor.call('GET', '/messages?limit=200');
      if (status !== 200) throw new Error(`${status} in place of 200: ${JSON.stringify(body)}`);
      return body.items;
    },
    follow: (lastEventId) =>
      readEvents(baseUrl, shown, {
        path: `${base}/events`,
        ...(lastEventId === undefined ? {} : { lastEventId }),
      }),
  };
  return visitor;
}

/** An address that nobody else in a test comes from. */
export const newAddress = () => `203.0.${randomBytes(1)[0]}.${randomBytes(1)[0]}`;
