// What one session, one message and one send cost, and how that changes with what there is already:
//   node -r ./test/support/register-typescript.cjs bench/capacity/measure.ts [--form cluster|embedded] [--curve usual,rules …]
// What is measured is written into bench/capacity/measured.json, which `npm run capacity` computes with; what is not stays
// as it is there. A machine that does nothing else, please.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildHere } from '../../test/faults/installation/build';
import { type Form, forms, type Installation } from '../../test/faults/installation/installation';
import { startInstallation } from '../../test/faults/installation/start';
import { describeMachine } from '../machine';
import { type Curve, type CurvePoint, curveNames, type Measured, measuredFile, readMeasured } from './measurements';
import type { Usage } from './meter';
import type { UnitCosts } from './model';
import { messageAfterRestart, openMore, restCost, runWork, type Work, wakeCost } from './run-work';

const usual: Work = { sessions: 200, messages: 20, rules: 3 };
/** So many of the others are spoken in once the workers have started anew. */
const forgotten = 500;

/** Of parked sessions: from one wake to the next, which is longer than the usual work takes; and how long they are watched. */
const park = { SESSION_MODE: 'parked', SESSION_PARK_SECONDS: '90' };
const wakesMs = 180_000;

type Keep = (point: CurvePoint) => void;

/** An installation for each curve, not for each point: that would measure its start-up. One thing grows, the others stay. */
const curves: Record<Curve, (installation: Installation, keep: Keep) => Promise<void>> = {
  async usual(installation, keep) {
    const rest = await restCost(installation);
    keep({ work: usual, costs: await runWork(installation, usual), rest });
  },
  async parked(installation, keep) {
    const costs = await runWork(installation, usual);
    const wake = await wakeCost(installation, usual.sessions, wakesMs);
    keep({ work: usual, costs: { ...costs, wake } });
  },
  async rules(installation, keep) {
    for (const rules of [1, 10, 50]) {
      const work = { ...usual, rules };
      keep({ work, costs: await runWork(installation, work) });
    }
  },
  async messages(installation, keep) {
    for (const messages of [10, 100, 1_000, 5_000]) {
      const work = { sessions: Math.max(2, Math.round(4_000 / messages)), messages, rules: usual.rules };
      keep({ work, costs: await runWork(installation, work) });
    }
  },
  async open(installation, keep) {
    const idle = await restCost(installation);
    let openSessions = 0;
    for (const more of [1_000, 10_000, 30_000]) {
      const others = await openMore(installation, more - openSessions, idle);
      openSessions = more;
      const costs = await runWork(installation, usual);
      const rest = await restCost(installation);
      const after = await messageAfterRestart(installation, { ...others, ids: others.ids.slice(0, forgotten) });
      keep({ work: usual, openSessions, costs, rest, messageAfterRestart: after });
    }
  },
};

async function measure(form: Form, curve: Curve, keep: Keep): Promise<void> {
  const environment = curve === 'parked' ? park : {};
  const installation = await startInstallation(form, buildHere(), { environment });
  try {
    // What is compiled and cached at the first time only belongs to nobody.
    await runWork(installation, { sessions: 40, messages: 8, rules: 3 });
    await curves[curve](installation, keep);
  } finally {
    await installation.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { form: { type: 'string', default: 'cluster' }, curve: { type: 'string', default: 'usual' } },
  });
  const form = forms.find((one) => one === values.form);
  if (form === undefined) throw new Error(`--form must be one of ${forms.join(', ')}.`);
  const named = values.curve.split(',');
  const chosen = curveNames.filter((curve) => named.includes(curve));
  if (chosen.length !== named.length) throw new Error(`--curve must be one or more of ${curveNames.join(',')}.`);

  const { cpu, cores, memoryGib, system } = describeMachine();
  const measured: Measured = {
    form,
    machine: { cpu, cores, memoryGib, system, node: process.version },
    curves: readMeasured().curves,
  };
  for (const curve of chosen) {
    const points: CurvePoint[] = [];
    await measure(form, curve, (point) => {
      points.push(point);
      console.error(lineOf(curve, point));
      // After each point: the last ones take most of an hour.
      measured.curves = {
        ...measured.curves,
        [curve]: { measuredAt: new Date().toISOString().slice(0, 10), points },
      };
      writeFileSync(measuredFile, `${JSON.stringify(measured, null, 2)}\n`);
    });
  }
}

function lineOf(curve: Curve, { work, openSessions, costs, rest, messageAfterRestart }: CurvePoint): string {
  const ms = ({ cpuSeconds }: Usage) =>
    Object.entries(cpuSeconds).map(([part, seconds]) => `${part} ${(seconds * 1_000).toFixed(1)}`);
  const units = (Object.entries(costs) as [keyof UnitCosts, Usage][]).map(([unit, cost]) => `${unit}: ${ms(cost)}`);
  return [
    `${curve} ${JSON.stringify({ ...work, openSessions })}: ms CPU of a ${units.join('; ')}`,
    ...(rest === undefined ? [] : [`a second of rest: ${ms(rest)}`]),
    ...(messageAfterRestart === undefined ? [] : [`a message after a restart: ${ms(messageAfterRestart)}`]),
  ].join('; ');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
