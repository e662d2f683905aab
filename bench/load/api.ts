import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; whoever asks knows what comes.
type Json = any;

const patienceMs = 60_000;

/** The API, over connections that are kept: what the client itself needs is to disturb as little as it can. */
export type Api = {
  /** Each API in its turn; asked again while it asks for patience (429, 503). @throws Error unless it answers 2xx */
  call(method: string, path: string, body?: unknown): Promise<Json>;
  close(): void;
};

export function connectApi({ apiUrls, adminKey }: { apiUrls: readonly string[]; adminKey: string }): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let turn = 0;
  const once = (method: string, path: string, body: unknown) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const content = body === undefined ? '' : JSON.stringify(body);
      const outgoing = request(
        `${apiUrls[turn++ % apiUrls.length]}${path}`,
        {
          ...{ agent, method },
          headers: {
            authorization: `Bearer ${adminKey}`,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          response.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(content);
    });
  return {
    async call(method, path, body) {
      const deadlineMs = Date.now() + patienceMs;
      for (;;) {
        const { status, text } = await once(method, path, body);
        if (status >= 200 && status <= 299) return text === '' ? {} : JSON.parse(text);
        const asksForPatience = status === 429 || status === 503;
        if (!asksForPatience || Date.now() > deadlineMs)
          throw new Error(`${method} ${path} answered ${status}: ${text}`);
        await sleep(50);
      }
    },
    close: () => agent.destroy(),
  };
}
