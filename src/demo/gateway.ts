import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A followup as the service asked the gateway to deliver it. */
export interface Delivered {
  atMs: number;
  webhookId: string;
  conversationId: string;
  message: string;
}

/** A gateway in miniature: checks the signature of what the service sends, and delivers it to nobody. */
export interface DemoGateway {
  /** To be given as the endpoint of a channel. */
  url: string;
  /** What the channel's secret verified, each once. */
  delivered: readonly Delivered[];
  /** Requests whose signature is not the channel's. */
  refused(): number;
  /** `whsec_…`, as the API gave it when the channel was created. */
  trust(signingSecret: string): void;
  close(): Promise<void>;
}

/** Far more than any followup needs; a request is not read beyond it. */
const maxBodyBytes = 65_536;

/** Listens on a free port of the loopback. */
export async function startDemoGateway(): Promise<DemoGateway> {
  const delivered: Delivered[] = [];
  let webhook: Webhook | null = null;
  let refused = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const headers = request.headers as Record<string, string>;
    let data: { conversationId: string; message: string };
    try {
      if (webhook === null) throw new Error('no secret yet');
      data = (webhook.verify(body, headers) as { data: typeof data }).data;
    } catch {
      refused += 1;
      response.writeHead(401).end();
      return;
    }
    const webhookId = headers['webhook-id'] ?? '';
    // Attempts at one delivery have one id: whoever has delivered it answers, and does not deliver again.
    if (!delivered.some((earlier) => earlier.webhookId === webhookId)) {
      const { conversationId, message } = data;
      delivered.push({ atMs: Date.now(), webhookId, conversationId, message });
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ messageId: webhookId }));
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/followups`,
    delivered,
    refused: () => refused,
    trust(signingSecret) {
      webhook = new Webhook(signingSecret);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes) throw new Error('The body is too large.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
