import { randomInt } from 'node:crypto';
import { freePort, isPortFree } from '../../src/embedded/ports';

/** Free ports, of which the first may be given. */
export async function freePorts(count: number, first?: number): Promise<number[]> {
  const ports = new Set<number>(first === undefined ? [] : [first]);
  while (ports.size < count) ports.add(await freePort());
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

/** Temporal keeps the ports of its parts in its database as signed 16-bit numbers. */
export async function freeLowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isPortFree(port)) return port;
  }
}
