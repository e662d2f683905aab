import { parseArgs } from 'node:util';
import { type Demand, usualDemand } from './model';

/** As `SESSION_PARK_SECONDS`. */
const usualParkSeconds = 900;

export const usage = `npm run capacity -- --messages-per-day N [options]

  --messages-per-day N       several, with commas, make a table; default: 1e3,1e5,1e7,1e9
  --messages-per-session N   default: ${usualDemand.messagesPerSession}
  --sends-per-session N      followups sent, on the average; default: ${usualDemand.sendsPerSession}
  --open-hours N             from a session's first message to its end; default: ${usualDemand.openHours}
  --retention-days N         how long Temporal keeps ended sessions; default: ${usualDemand.retentionDays}
  --peak-factor N            the busiest moment over the mean; default: ${usualDemand.peakFactor}
  --utilization N            of processors in that moment; default: ${usualDemand.utilization}
  --session-mode lazy|parked default: lazy; parked sessions are counted as if something waited as long as they are open
  --park-seconds N           of parked sessions, from one look for changes to the next; default: ${usualParkSeconds}
  --json                     an array of objects on standard output, and nothing else there`;

const flags = {
  'messages-per-session': 'messagesPerSession',
  'sends-per-session': 'sendsPerSession',
  'open-hours': 'openHours',
  'retention-days': 'retentionDays',
  'peak-factor': 'peakFactor',
  utilization: 'utilization',
  'park-seconds': 'parkSeconds',
} as const;

/** What each must be, beyond a number above 0. */
const bounds: Partial<Record<keyof typeof flags, [number, number, string]>> = {
  'messages-per-session': [1, Number.POSITIVE_INFINITY, 'a number from 1 on'],
  'sends-per-session': [0, Number.POSITIVE_INFINITY, 'a number from 0 on'],
  'peak-factor': [1, Number.POSITIVE_INFINITY, 'a number from 1 on'],
  utilization: [0.01, 1, 'a number from 0.01 to 1'],
};

/** @throws Error with the problem and how it is used */
export function parseOptions(args: string[]): { demands: Demand[]; json: boolean } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      'messages-per-day': { type: 'string', default: '1e3,1e5,1e7,1e9' },
      'messages-per-session': text,
      'sends-per-session': text,
      'open-hours': text,
      'retention-days': text,
      'peak-factor': text,
      utilization: text,
      'session-mode': { type: 'string', default: 'lazy' },
      'park-seconds': text,
      json: { type: 'boolean', default: false },
    },
  });
  const number = (flag: string, value: string, [least, most, words]: [number, number, string]): number => {
    const parsed = value.trim() === '' ? Number.NaN : Number(value);
    if (!(parsed >= least && parsed <= most && Number.isFinite(parsed)))
      throw new Error(`--${flag} must be ${words}, not ${value}.\n\n${usage}`);
    return parsed;
  };
  const positive: [number, number, string] = [Number.MIN_VALUE, Number.POSITIVE_INFINITY, 'a number above 0'];
  const mode = values['session-mode'];
  if (mode !== 'lazy' && mode !== 'parked') throw new Error(`--session-mode must be lazy or parked.\n\n${usage}`);
  if (mode === 'lazy' && values['park-seconds'] !== undefined)
    throw new Error(`--park-seconds is for --session-mode parked.\n\n${usage}`);
  const others = { ...usualDemand, parkSeconds: mode === 'parked' ? usualParkSeconds : null };
  for (const [flag, name] of Object.entries(flags) as [keyof typeof flags, keyof typeof others][]) {
    const value = values[flag];
    if (value !== undefined) others[name] = number(flag, value, bounds[flag] ?? positive);
  }
  const demands = values['messages-per-day']
    .split(',')
    .map((value) => ({ ...others, messagesPerDay: number('messages-per-day', value, positive) }));
  return { demands, json: values.json };
}
