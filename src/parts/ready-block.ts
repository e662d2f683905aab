import { isIPv6 } from 'node:net';
import type { Config } from '../config';

/** What a person needs to know once everything answers, set off by empty lines. */
export function readyBlock(
  config: Pick<Config, 'host' | 'port' | 'temporal'>,
  { adminKey, signInCode }: { adminKey: string; signInCode: string },
): string {
  const host = isIPv6(config.host) ? `[${config.host}]` : config.host;
  const console = `http://${host}:${config.port}`;
  const rows: [string, string | null][] = [
    ['Console', console],
    ['API', `${console}/v1      (docs: /docs)`],
    ['Temporal UI', config.temporal.uiUrl],
    ['Sign in', `${console}/sign-in?code=${signInCode}   (once, 15 minutes)`],
    ['Admin key', adminKey],
  ];
  const lines = rows.filter(([, value]) => value !== null).map(([label, value]) => `  ${label.padEnd(14)}${value}`);
  return ['', 'Followups is ready', ...lines, ''].join('\n');
}
