import { join } from 'node:path';
import { type ComposeService, repositoryRoot } from '../support/compose-file';

/** Where those that the others talk to are, when they run as processes on the loopback. */
export type Addresses = { postgresqlPort: number; temporalPort: number };

/**
 * A service of docker-compose.yml as it is started outside of a container: its command and all of its environment, in
 * which only what a container alone has is another: the names and ports of the other containers, the address to listen
 * on, the places of mounted files.
 *
 * @throws when the service has no environment
 */
export function asProcess(
  service: ComposeService | undefined,
  addresses: Addresses,
): { command: string[]; environment: Record<string, string> } {
  if (!service?.environment) throw new Error('docker-compose.yml gives this service no environment.');
  const here = (value: string) => onLoopback(mountedFrom(service, value), addresses);
  return {
    command: (service.command ?? []).map((word) => (word === 'node' ? process.execPath : here(word))),
    environment: Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, here(value)])),
  };
}

function onLoopback(value: string, { postgresqlPort, temporalPort }: Addresses): string {
  const known: Record<string, string> = {
    postgresql: '127.0.0.1',
    '5432': String(postgresqlPort),
    'temporal:7233': `127.0.0.1:${temporalPort}`,
    '0.0.0.0': '127.0.0.1',
  };
  return known[value] ?? value.replace('@postgresql:5432/', `@127.0.0.1:${postgresqlPort}/`);
}

/** The file of the repository that a container sees at this path; any other text as it is. */
function mountedFrom({ volumes = [] }: ComposeService, path: string): string {
  for (const volume of volumes) {
    const [source = '', target] = volume.split(':');
    if (target === path) return join(repositoryRoot, source);
  }
  return path;
}
