import { DefaultLogger, Runtime } from '@temporalio/worker';
import { buildHere } from '../test/faults/installation/build';
import { makeFolder, removeFolder } from '../test/faults/installation/folder';
import type { Form } from '../test/faults/installation/installation';
import { bundleBaselines } from './baselines/bundle';
import { type Figures, figuresOf } from './figures-of';
import { measureForm } from './forms/measure-form';
import { describeMachine } from './machine';
import { type Options, parseOptions } from './options';
import { sizesOf } from './sizes';
import { type Result, tableOf } from './table';

const stopping: (() => Promise<void>)[] = [];

/** `npm run bench`: what a session costs and how fast it goes, beside its floor and queues. @returns its exit code */
async function main(options: Options): Promise<number> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const machine = describeMachine();
  const say = (line: string) => console.error(line);
  if (machine.loadBefore > 0.5) say(`The machine is busy (load ${machine.loadBefore}): rates will mean little.`);
  const sizes = sizesOf(options);
  const folder = makeFolder();
  const forms: Partial<Record<Form, Figures>> = {};
  let failed = false;
  try {
    const baselineBundle = await bundleBaselines(folder);
    const build = buildHere();
    for (const form of options.forms) {
      const onStart = (stop: () => Promise<void>) => void stopping.push(stop);
      // What was measured of one form is told though another one failed: it took long enough.
      try {
        forms[form] = figuresOf(await measureForm(form, sizes, { build, baselineBundle, say }, onStart));
      } catch (error) {
        console.error(error);
        failed = true;
      }
    }
  } finally {
    removeFolder(folder);
  }
  const { version } = require('../package.json') as { version: string };
  const sdk = require('@temporalio/worker/package.json') as { version: string };
  const result: Result = {
    machine,
    versions: { Followups: version, Node: process.version, 'Temporal SDK': sdk.version },
    rounds: sizes.rounds,
    forms,
  };
  console.log(options.json ? JSON.stringify(result) : tableOf(result));
  return failed ? 1 : 0;
}

async function stop(code: number): Promise<never> {
  await Promise.all(stopping.map((each) => each().catch(() => {})));
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(1));

try {
  main(parseOptions(process.argv.slice(2))).then(
    (code) => stop(code),
    (error: unknown) => {
      console.error(error);
      return stop(1);
    },
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
