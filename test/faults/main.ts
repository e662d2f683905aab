import { planLine, rowLine, summaryLine } from './in-words';
import { buildHere } from './installation/build';
import { inLanes, type Job } from './lanes';
import { type Options, parseOptions } from './options';
import { regressions, seedsToRun } from './plans/regressions';
import { type PlanResult, planSettings, runPlan } from './plans/run-plan';
import { allRows } from './rows';
import { Installations, type RowResult, runRow } from './run-rows';

/*
 * `npm run faults`: starts the real parts, breaks them as the fault matrix says and by random plans, and tells what was
 * done, what was counted, and whether the promise held.
 */
async function main(options: Options): Promise<boolean> {
  const say = (line: string) => (options.json ? console.error(line) : console.log(line));
  const rows = allRows().filter(({ number }) => options.only === null || options.only.includes(number));
  if (options.list) {
    for (const { number, fault, forms } of allRows())
      console.log(`${number}`.padStart(3), fault, `(${forms.join(', ')})`);
    return true;
  }

  say(`Seed ${options.seed}`);
  const build = options.build ?? buildHere();
  const environment: Record<string, string> = options.parked
    ? { SESSION_MODE: 'parked', SESSION_PARK_SECONDS: '1' }
    : {};
  const results: RowResult[] = [];
  const plans: PlanResult[] = [];
  for (const form of options.forms) {
    const lanes = Array.from({ length: options.parallel }, () => new Installations(form, build, environment));
    stopping.push(...lanes.map((lane) => () => lane.stop()));
    const jobs: Job<Installations>[] = rows
      .filter(({ forms }) => forms.includes(form))
      .map((row) => ({
        settings: row.settings,
        async run(lane) {
          const result = await runRow(row, lane, options);
          results.push(result);
          say(rowLine(result));
        },
      }));
    for (const seed of seedsToRun(options.seed, options.seeds, regressions)) {
      jobs.push({
        settings: planSettings,
        async run(lane) {
          const result = await runPlan(seed, lane);
          plans.push(result);
          say(planLine(result));
        },
      });
    }
    try {
      await inLanes(jobs, lanes);
    } finally {
      await Promise.all(lanes.map((lane) => lane.stop()));
    }
  }
  // Side by side they end in another order every time.
  results.sort((one, other) => one.form.localeCompare(other.form) || one.number - other.number);
  plans.sort((one, other) => one.form.localeCompare(other.form) || one.seed - other.seed);
  say(summaryLine(options.forms, results, plans));
  if (options.json) console.log(JSON.stringify(summary(options, results, plans)));
  return [...results, ...plans].every(({ passed }) => passed) && strays === 0;
}

const summary = ({ seed }: Options, results: RowResult[], plans: PlanResult[]) => ({
  seed,
  rows: results.map(({ number, form, fault, passed, tookMs, counted }) => ({
    ...{ number, form, fault, passed, tookMs, counted },
  })),
  seeds: plans.map(({ seed: of, form, passed, tookMs, violated }) => ({ seed: of, form, passed, tookMs, violated })),
});

/** What is to be stopped however this ends: its processes would go on without it. */
const stopping: (() => Promise<void>)[] = [];

async function stopAndExit(code: number): Promise<void> {
  for (const stop of stopping) await stop().catch(() => {});
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopAndExit(130));
process.once('uncaughtException', (error) => {
  console.error('The harness failed:', error);
  void stopAndExit(1);
});
/** What failed and nobody waited for: no reason to end the other rows, and no success either. */
let strays = 0;
process.on('unhandledRejection', (error) => {
  strays++;
  console.error('Nobody waited for this:', error);
});

function run(): void {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
  main(options).then(
    (passed) => process.exit(passed ? 0 : 1),
    (error: unknown) => {
      console.error(error);
      void stopAndExit(1);
    },
  );
}

run();
