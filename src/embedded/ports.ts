import { createServer } from 'node:net';

/** A port that nobody listens on at this moment, given by the operating system. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}

/** Whether nobody listens on this address. Other trouble (no such address, no permission) is thrown. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is needed and taken; the message names the variable that changes it. */
export class PortTakenError extends Error {
  constructor(port: number, host: string, variable: string, purpose: string) {
    super(
      `Port ${port} on ${host} (${purpose}) is taken by another program. ` +
        `Stop that program, or choose another port with ${variable}, for example ${variable}=${otherPort(port)}.`,
    );
    this.name = 'PortTakenError';
  }
}

/**
 * Makes sure that a port can be listened on.
 *
 * @throws PortTakenError naming the variable that changes the port
 */
export async function requirePort(port: number, variable: string, purpose: string, host = '127.0.0.1'): Promise<void> {
  let free: boolean;
  try {
    free = await isPortFree(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `Port ${port} on ${host} (${purpose}) cannot be listened on: ${code ?? String(error)}. ` +
        `Choose another with ${variable}, for example ${variable}=${otherPort(port)}.`,
    );
  }
  if (!free) throw new PortTakenError(port, host, variable, purpose);
}

function otherPort(port: number): number {
  return port < 1024 ? port + 8000 : port > 60_000 ? port - 10_000 : port + 10_000 > 65_535 ? port - 1 : port + 100;
}
