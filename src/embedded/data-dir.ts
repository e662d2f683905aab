import { mkdirSync } from 'node:fs';
import { isRoot } from './unprivileged';

/**
 * Makes DATA_DIR when it is not there: closed to others, except that under root the unprivileged user of PostgreSQL must
 * be able to pass through it. The secrets in it have mode 0600 in any case.
 */
export function makeDataDir(path: string): void {
  mkdirSync(path, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
}
