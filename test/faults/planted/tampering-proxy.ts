import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };
export type Told = { status: number; headers: OutgoingHttpHeaders; body: Buffer };

/** Answers a request, as a rule by passing it on, as it is or otherwise. */
export type Tampering = (asked: Asked, pass: (changed?: Partial<Asked>) => Promise<Told>) => Promise<Told>;

/** An answer of its own. */
export const json = (status: number, body: unknown): Told => ({
  ...{ status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) },
});

/** Stands before the API, and makes of right answers wrong ones. */
export async function startTamperingProxy(
  target: string,
  tamper: Tampering,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = incoming;
    const asked = { method, path, headers, body: Buffer.concat(chunks) };
    try {
      const told = await tamper(asked, (changed) => passOn(target, { ...asked, ...changed }));
      response.writeHead(told.status, withoutFraming(told.headers));
      response.end(told.body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(target: string, { method, path, headers, body }: Asked): Promise<Told> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${target}${path}`, { method, headers: withoutFraming(headers), agent: false });
    outgoing.once('error', reject).once('response', async (response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.end(body);
  });
}

/** Without what is said of one connection, or of a body's length: both are new. */
const withoutFraming = <H extends OutgoingHttpHeaders>(headers: H): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name),
    ),
  );
