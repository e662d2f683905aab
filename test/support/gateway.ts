import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export type Received = {
  atMs: number;
  webhookId: string;
  timestamp: string;
  body: string;
  data: Record<string, unknown> & { deliveryId: string; followupId: string; conversationId: string; message: string };
  /** Whether the signature is that of the channel's secret; null while no secret is known. */
  verified: boolean | null;
};

/** What the gateway does with a request; by default it answers 200 with a message id. */
export type Answer = (request: Received, response: ServerResponse, incoming: IncomingMessage) => void | Promise<void>;

/** A gateway: a real HTTP server that remembers every request before it answers. */
export type TestGateway = {
  url: string;
  received: Received[];
  of(conversationId: string): Received[];
  secret: string | null;
  answer: Answer;
  close(): Promise<void>;
};

export const answer200: Answer = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ messageId: `gw-${request.data.deliveryId}` }));
};

export async function startGateway(): Promise<TestGateway> {
  const gateway: TestGateway = {
    url: '',
    received: [],
    of: (conversationId) => gateway.received.filter(({ data }) => data.conversationId === conversationId),
    secret: null,
    answer: answer200,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const request: Received = {
      atMs: Date.now(),
      webhookId: String(incoming.headers['webhook-id']),
      timestamp: String(incoming.headers['webhook-timestamp']),
      body,
      data: JSON.parse(body).data,
      verified: gateway.secret === null ? null : verifies(gateway.secret, body, incoming),
    };
    gateway.received.push(request);
    await gateway.answer(request, response, incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/followups`;
  return gateway;
}

function verifies(secret: string, body: string, incoming: IncomingMessage): boolean {
  try {
    new Webhook(secret).verify(body, incoming.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
