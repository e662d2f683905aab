import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type CollectedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  events: { name: string }[];
  status: { code?: number };
};

/** A collector of traces: a real HTTP server that keeps what it is sent. */
export type Collector = {
  url: string;
  /** What came, as text. */
  bodies: string[];
  headers: IncomingHttpHeaders[];
  spans(): CollectedSpan[];
  /** The status of its answers; null: it does not answer. */
  status: number | null;
  close(): Promise<void>;
};

export async function startCollector(): Promise<Collector> {
  const collector: Collector = {
    ...{ url: '', bodies: [], headers: [], status: 200 },
    spans: () =>
      collector.bodies.flatMap((body) =>
        JSON.parse(body).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: CollectedSpan[] }[] }) =>
          scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (incoming.url !== '/base/v1/traces' || incoming.headers['content-type'] !== 'application/json') {
      response.writeHead(404).end();
      return;
    }
    collector.headers.push(incoming.headers);
    collector.bodies.push(Buffer.concat(chunks).toString());
    if (collector.status !== null) response.writeHead(collector.status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  return collector;
}
