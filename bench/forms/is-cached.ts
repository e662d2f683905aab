import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../src/embedded/temporal-binary';
import { readComposeFile } from '../../test/support/compose-file';

/** Whether the programs of the clustered form were built before: building them takes some minutes. */
export function isClusterCached(): boolean {
  const version = readComposeFile().services.temporal?.image?.split(':').at(-1) ?? '';
  return existsSync(join(cacheFolder(process.env), `temporal-server-${version}`));
}
