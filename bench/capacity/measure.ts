// What one session, one message and one send cost, and how that changes with what there is already:
//   node -r ./test/support/register-typescript.cjs bench/capacity/measure.ts [--form cluster|embedded] [--curves]
// It writes bench/capacity/measured.json, which `npm run capacity` computes with. A machine that does nothing else, please.
import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildHere } from '../../test/faults/installation/build';
import { type Form, forms } from '../../test/faults/installation/installation';
import { startInstallation } from '../../test/faults/installation/start';
import type { UnitCosts } from './model';
import { runWork, type Work } from './run-work';

const usual: Work = { sessions: 200, messages: 20, rules: 3 };

/** One thing grows, the others stay; each point in an installation of its own would measure its start-up instead. */
const curves: Record<string, Work[]> = {
  'open sessions': [1_000, 10_000].map((sessions) => ({ sessions, messages: 1, rules: 3 })),
  'rules per channel': [1, 10, 50].map((rules) => ({ ...usual, rules })),
  'messages per session': [10, 100, 1_000, 5_000].map((messages) => ({
    ...{ sessions: Math.max(2, Math.round(4_000 / messages)), messages },
    rules: 3,
  })),
};

type Point = { curve: string; work: Work; costs: UnitCosts };

async function measure(form: Form, works: { curve: string; work: Work }[]): Promise<Point[]> {
  const installation = await startInstallation(form, buildHere(), {});
  try {
    // What is compiled and cached at the first time only belongs to nobody.
    await runWork(installation, { sessions: 20, messages: 4, rules: 1 });
    const points: Point[] = [];
    for (const { curve, work } of works) {
      points.push({ curve, work, costs: await runWork(installation, work) });
      console.error(`${curve} ${JSON.stringify(work)} ${JSON.stringify(points.at(-1)?.costs.message.cpuSeconds)}`);
    }
    return points;
  } finally {
    await installation.stop();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { form: { type: 'string', default: 'cluster' }, curves: { type: 'boolean', default: false } },
  });
  const form = forms.find((one) => one === values.form);
  if (form === undefined) throw new Error(`--form must be one of ${forms.join(', ')}.`);
  const more = Object.entries(curves).flatMap(([curve, works]) => works.map((work) => ({ curve, work })));
  const [first, ...others] = await measure(form, [{ curve: 'usual', work: usual }, ...(values.curves ? more : [])]);
  const measured = {
    form,
    measuredAt: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 1_024 ** 3),
      system: `${platform()} ${release()} ${arch()}`,
      node: process.version,
    },
    work: first?.work,
    costs: first?.costs,
    curves: others,
  };
  writeFileSync(join(__dirname, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
