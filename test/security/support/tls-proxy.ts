import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

export type TlsProxy = {
  address: string;
  /** How many handshakes came to an end. */
  handshakes(): number;
  /** Whether the last client that was let in has shown a certificate. */
  sawCertificate(): boolean;
  close(): Promise<void>;
};

/** Speaks TLS to clients, and hands what they say to a server that does not. */
export async function startTlsProxy(target: string, options: TlsOptions): Promise<TlsProxy> {
  const [host = '', port = ''] = target.split(':');
  const open = new Set<Socket>();
  let handshakes = 0;
  let sawCertificate = false;
  const server = createServer({ ...options, ALPNProtocols: ['h2'] }, (client) => {
    handshakes++;
    sawCertificate = Object.keys(client.getPeerCertificate()).length > 0;
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    handshakes: () => handshakes,
    sawCertificate: () => sawCertificate,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
