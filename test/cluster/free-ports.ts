import { randomInt } from 'node:crypto';
import { isPortFree } from '../../src/embedded/ports';

/** Free ports, of which the first may be given. */
export async function freePorts(count: number, first?: number): Promise<number[]> {
  const ports = new Set<number>(first === undefined ? [] : [first]);
  while (ports.size < count) ports.add(await freeLowPort());
  return [...ports];
}

/** Every part of the Temporal server has two ports: they are given free ones, so that two servers do not meet. */
export async function temporalPorts(frontend: number): Promise<Record<string, string>> {
  const names = ['FRONTEND_MEMBERSHIP_PORT', 'FRONTEND_HTTP_PORT'].concat(
    ['HISTORY', 'MATCHING', 'WORKER'].flatMap((part) => [`${part}_GRPC_PORT`, `${part}_MEMBERSHIP_PORT`]),
  );
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freeLowPort());
  return {
    FRONTEND_GRPC_PORT: String(frontend),
    ...Object.fromEntries([...ports].map((port, index) => [names[index], String(port)])),
  };
}

/**
 * A free port below those that the system gives to outgoing connections: the parts make many, and one of them could have
 * it before who is to listen there. Temporal keeps its own ports as signed 16-bit numbers, too.
 */
export async function freeLowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isPortFree(port)) return port;
  }
}
