import { parts } from './meter';
import type { Capacity, Demand } from './model';

/** One column for each demand, in Markdown. */
export function tableOf(rows: readonly { demand: Demand; capacity: Capacity }[]): string {
  const line = (name: string, of: (row: { demand: Demand; capacity: Capacity }) => string) =>
    `| ${[name, ...rows.map(of)].join(' | ')} |`;
  const cores = parts.map((part) =>
    line(`cores, ${names[part]}`, ({ capacity }) => (capacity.cores[part] === 0 ? '–' : amount(capacity.cores[part]))),
  );
  return [
    line('messages a day', ({ demand }) => amount(demand.messagesPerDay)),
    `|---|${rows.map(() => '---:|').join('')}`,
    line(
      'messages a second, mean / peak',
      ({
        capacity: {
          messagesPerSecond: { mean, peak },
        },
      }) => `${amount(mean)} / ${amount(peak)}`,
    ),
    line('open sessions', ({ capacity }) => amount(capacity.openSessions)),
    line('sends a day', ({ capacity }) => amount(capacity.sendsPerDay)),
    ...cores,
    line('commits a second at the peak', ({ capacity }) => amount(capacity.commitsPerSecondAtPeak)),
    line('history shards', ({ capacity }) => String(capacity.historyShards)),
    line('database, GB more a day before retention', ({ capacity }) => amount(capacity.databaseGrowthGbPerDay)),
    line(
      'histories, GB open / retained',
      ({ capacity: { activeGb, retainedGb } }) => `${amount(activeGb)} / ${amount(retainedGb)}`,
    ),
    line('actions a month, million', ({ capacity }) => amount(capacity.actionsPerMonth / 1e6)),
    line('actions a second at the peak', ({ capacity }) => amount(capacity.actionsPerSecondAtPeak)),
    line(
      'Temporal Cloud, US dollars a month',
      ({ capacity: { cloud } }) =>
        `${cloud.isByContract ? '≤ ' : ''}${amount(cloud.actions + cloud.storage + cloud.plan)}`,
    ),
  ].join('\n');
}

const names = { api: 'API', worker: 'workers', temporal: 'Temporal', postgres: 'PostgreSQL' };

/** Three digits are more than any of it is known to. */
const amount = (value: number): string =>
  value !== 0 && value < 0.01
    ? '< 0.01'
    : Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 2 });
