import type { Form } from '../test/faults/installation/installation';
import type { KillFigures } from './figures/kills';
import type { Figures } from './figures-of';
import type { Machine } from './machine';
import type { Spread } from './statistics';

export type Result = {
  machine: Machine;
  versions: Record<string, string>;
  rounds: number;
  forms: Partial<Record<Form, Figures>>;
};

type Row = { name: string; target: string; of: (figures: Figures) => number; key?: string };

const rows: Row[] = [
  { name: 'extra events per message, armed', target: '0', of: (f) => f.extraEventsPerMessageArmed },
  { name: 'events per message, parked', target: '≤ 1.1', of: (f) => f.eventsPerMessageParked },
  { name: 'billable actions of a session', target: '≤ 29', of: (f) => f.actionsPerSession },
  { name: 'the same, parked', target: '', of: (f) => f.actionsPerSessionParked },
  { name: 'events of a session, over bare', target: '≤ 1.4', of: (f) => f.eventsPerSessionOverBare },
  { name: 'timers cancelled', target: '0', of: (f) => f.timersCancelledPerSession },
  { name: 'actions before the first send, 1 rule', target: '', of: (f) => f.actionsBeforeFirstSend1Rule },
  { name: 'the same, 20 rules', target: 'the same', of: (f) => f.actionsBeforeFirstSend20Rules },
  { name: 'bytes of history, over bare', target: '≤ 1.35', of: (f) => f.historyBytesOverBare },
  { name: 'the same, parked', target: '≤ 0.45', of: (f) => f.historyBytesParkedOverBare },
  rated('messages/s by signal, over bare', '≥ 0.95', 'signalRateOverBare'),
  rated('the same, parked', '≥ 2', 'signalRateParkedOverBare'),
  rated('messages/s of the eager design, over bare', '', 'eagerRateOverBare'),
  rated('messages/s by REST, over by signal', '≥ 0.85', 'restRateOverSignal'),
  rated('messages/s by REST in batches, over by signal', '≥ 1', 'restBatchRateOverSignal'),
  rated('processor time of a message by signal, all processes, over bare', '', 'signalCpuOverBare'),
  rated('the same, parked', '', 'signalCpuParkedOverBare'),
  rated('the same, by REST', '', 'restCpuOverBare'),
  rated('the same, of the eager design', '', 'eagerCpuOverBare'),
  rated('sandbox CPU per message, over bare', '≤ 1.05', 'sandboxCpuOverBare'),
  { name: 'heap per cached session, KiB', target: '≤ 45', of: (f) => f.heapKbPerCachedSession },
  { name: 'the same, bare', target: '', of: (f) => f.heapKbPerCachedBareSession },
  rated('due → gateway, p50 over a bare timer, ms', '≤ 25', 'latenessP50OverBareMs'),
  rated('the same, p99, ms', '≤ 100', 'latenessP99OverBareMs'),
  rated('many due at once, time to drain over bare', '≤ 1.2', 'burst1000OverBare'),
  rated('the same, processor time of one, all processes', '', 'dueCpuOverBare'),
  { name: 'a page of 200 of 1,000 rules, p99, ms', target: '≤ 20', of: (f) => f.restListP99Ms },
];

type Rated = {
  [K in keyof Figures]: Figures[K] extends number ? K : never;
}[keyof Figures];

function rated(name: string, target: string, key: Rated): Row {
  return { name, target, key, of: (figures) => figures[key] };
}

/** Everything that was measured, in Markdown. */
export function tableOf({ machine, versions, rounds, forms }: Result): string {
  const measured = (Object.entries(forms) as [Form, Figures][]).map(([form, figures]) => ({ form, figures }));
  const line = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  const cell = (row: Row, figures: Figures) => {
    const spread = row.key === undefined ? undefined : figures.spread[row.key];
    return spread ? `${short(row.of(figures))} (${short(spread.min)} – ${short(spread.max)})` : short(row.of(figures));
  };
  const names = measured.map(({ form }) => form);
  return [
    line('', ...names, 'target'),
    `|---|${names.map(() => '---:|').join('')}---:|`,
    ...rows.map((row) => line(row.name, ...measured.map(({ figures }) => cell(row, figures)), row.target)),
    '',
    line('messages per second, and processor time of one', ...names),
    `|---|${names.map(() => '---:|').join('')}`,
    ...(['bare', 'eager', 'signal', 'parked', 'rest', 'batch'] as const).map((way) =>
      line(ways[way], ...measured.map(({ figures }) => speed(figures.rates[way], figures.cpuMsPerMessage[way]))),
    ),
    ...(['bare', 'service'] as const).map((kind) =>
      line(
        dues[kind],
        ...measured.map(({ figures }) => `${short(figures.cpuMsPerDue[kind]?.median ?? Number.NaN)} ms`),
      ),
    ),
    ...peerLines(measured, line),
    ...killLines(measured, line),
    '',
    `${machine.date}; ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGib} GiB, ${machine.system}, load before ${machine.loadBefore}; ` +
      `${rounds} interleaved rounds, the median (least – most); ` +
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ') +
      measured
        .map(
          ({ form, figures }) =>
            `; ${form}: Temporal ${figures.versions.temporal}, PostgreSQL ${figures.versions.postgresql}`,
        )
        .join(''),
  ].join('\n');
}

function peerLines(measured: { form: Form; figures: Figures }[], line: (...cells: string[]) => string): string[] {
  const names = Object.keys(measured[0]?.figures.peers ?? {}) as (keyof Figures['peers'])[];
  return names.map((name) =>
    line(
      name,
      ...measured.map(({ figures }) => {
        const peer = figures.peers[name];
        if (peer === undefined) return '';
        if ('skipped' in peer) return `skipped: ${peer.skipped}`;
        return `${short(peer.messagesPerSecond)}, ${short(peer.cpuMsPerMessage)} ms, late by ${short(peer.latenessP50Ms)} / ${short(peer.latenessP99Ms)} ms (p50 / p99)`;
      }),
    ),
  );
}

const speed = (rate: Spread | undefined, cpuMs: Spread | undefined): string =>
  `${short(rate?.median ?? Number.NaN)}, ${short(cpuMs?.median ?? Number.NaN)} ms`;

function killLines(measured: { form: Form; figures: Figures }[], line: (...cells: string[]) => string): string[] {
  const [first] = measured.flatMap(({ figures }) => figures.kills ?? []);
  if (first === undefined) return [];
  const names = Object.keys(first) as (keyof typeof first)[];
  const cell = (one: KillFigures | { skipped: string } | undefined): string => {
    if (one === undefined) return '';
    if ('skipped' in one) return `skipped: ${one.skipped}`;
    const { takenUpAgain, takenUpAfterSeconds, sentAfterReply } = one;
    const after = takenUpAfterSeconds === null ? '' : ` after ${short(takenUpAfterSeconds)} s`;
    return `${percent(takenUpAgain)}${after}; ${percent(sentAfterReply)}`;
  };
  return [
    '',
    line(
      'worker killed while it sends: taken up again; sent though the user had answered',
      ...measured.map(({ form }) => form),
    ),
    `|---|${measured.map(() => '---:|').join('')}`,
    ...names.map((name) => line(name, ...measured.map(({ figures }) => cell(figures.kills?.[name])))),
  ];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const dues = {
  bare: 'bare: a timer that comes due, and one activity',
  service: 'Followups: one that comes due, and is sent',
};

const ways = {
  bare: 'bare: a workflow that only counts',
  eager: 'eager: a timer restarted by each message',
  signal: 'Followups, by signal',
  parked: 'Followups, by signal, parked',
  rest: 'Followups, by REST',
  batch: 'Followups, by REST in batches',
};

/** Three digits are more than most of it is known to. */
const short = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en-US');
