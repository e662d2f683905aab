import { createServer, type RequestListener } from 'node:http';
import { PortTakenError } from '../embedded/ports';

export interface Listening {
  /** Takes no new connection; requests under way have two seconds to finish. */
  close(): Promise<void>;
}

/**
 * Answers HTTP requests at an address.
 *
 * @param variable the setting that changes the port, for the error when it is taken
 * @throws PortTakenError
 */
export function listen(
  handler: RequestListener,
  { host, port, variable, purpose }: { host: string; port: number; variable: string; purpose: string },
): Promise<Listening> {
  const server = createServer({ requestTimeout: 30_000 }, handler);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortTakenError(port, host, variable, purpose));
      else
        reject(
          new Error(`${purpose} cannot listen on ${host}:${port}: ${error.code ?? error.message} (HOST, ${variable})`),
        );
    });
    server.listen({ host, port }, () => {
      resolve({
        close: () =>
          new Promise((closed) => {
            const force = setTimeout(() => server.closeAllConnections(), 2_000);
            server.close(() => {
              clearTimeout(force);
              closed();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}
