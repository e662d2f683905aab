import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../test/support/eventually';

/** A gateway that does nothing but note when a request came in; it answers 200 at once. */
export type Arrivals = {
  url: string;
  /** When the first request of a conversation came, epoch milliseconds. */
  atMs(conversationId: string): number | undefined;
  /** Requests until now, again sent ones included. */
  readonly requests: number;
  /** Waits until each conversation has had its request. @returns when each came, epoch milliseconds, in their order */
  of(conversationIds: readonly string[], withinMs: number): Promise<number[]>;
  close(): Promise<void>;
};

export async function startArrivals(): Promise<Arrivals> {
  const first = new Map<string, number>();
  let requests = 0;
  const server = createServer((incoming, response) => {
    // Of finer grain than Date.now(), by the same clock.
    const atMs = performance.timeOrigin + performance.now();
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      body += chunk;
    });
    incoming.on('end', () => {
      requests++;
      const { conversationId } = JSON.parse(body).data as { conversationId: string };
      if (!first.has(conversationId)) first.set(conversationId, atMs);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/followups`,
    atMs: (conversationId) => first.get(conversationId),
    get requests() {
      return requests;
    },
    async of(conversationIds, withinMs) {
      await eventually(
        `the requests of ${conversationIds.length} conversations`,
        () => {
          const missing = conversationIds.filter((id) => !first.has(id)).length;
          if (missing > 0) throw new Error(`${missing} are missing`);
          return true;
        },
        withinMs,
      );
      return conversationIds.map((id) => first.get(id) ?? Number.NaN);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
