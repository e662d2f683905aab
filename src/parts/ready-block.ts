import { isIPv6 } from 'node:net';
import type { Config } from '../config';

/** What a person needs to know once everything answers, set off by empty lines. */
export function readyBlock(config: Pick<Config, 'host' | 'port' | 'temporal'>, adminKey: string): string {
  const host = isIPv6(config.host) ? `[${config.host}]` : config.host;
  const rows: [string, string | null][] = [
    ['API', `http://${host}:${config.port}/v1      (docs: /docs)`],
    ['Temporal UI', config.temporal.uiUrl],
    ['Admin key', adminKey],
  ];
  const lines = rows.filter(([, value]) => value !== null).map(([label, value]) => `  ${label.padEnd(14)}${value}`);
  return ['', 'Followups is ready', ...lines, ''].join('\n');
}
