import { parseArgs } from 'node:util';
import { type Form, forms } from './installation/installation';

export type Options = {
  forms: readonly Form[];
  /** null: all rows. */
  only: number[] | null;
  seed: number;
  /** How many random plans, from `seed` on. */
  seeds: number;
  /** How many installations are broken at a time. */
  parallel: number;
  thorough: boolean;
  /** With sessions that are parked, for a second at most. */
  parked: boolean;
  /** A folder with a build; null: this checkout, built where it is out of date. */
  build: string | null;
  json: boolean;
  list: boolean;
};

export const usage = `npm run faults -- [options]

  --form embedded|cluster   one form of installation; default: both
  --only N[,N]              these rows; --only 0: none, for random plans alone
  --seed S                  the same seed makes the same plan; default: 1
  --seeds K                 K random plans after the rows, with the seeds S, S + 1, …; default: 0
  --parallel N              N installations at a time, each with rows of its own; default: 1
  --thorough                the counts of the design, such as 1,000 races
  --parked                  with SESSION_MODE=parked, for a second at most
  --build FOLDER            breaks the build in FOLDER/dist; default: that of this checkout
  --json                    one object on standard output, and nothing else there
  --list                    the rows, without running them`;

/** @throws Error with the problem and how it is used */
export function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        form: { type: 'string' },
        only: { type: 'string' },
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '0' },
        parallel: { type: 'string', default: '1' },
        thorough: { type: 'boolean', default: false },
        parked: { type: 'boolean', default: false },
        build: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    });
    const form = forms.find((one) => one === values.form);
    if (values.form !== undefined && form === undefined) throw new Error(`--form must be one of ${forms.join(', ')}.`);
    return {
      forms: form === undefined ? forms : [form],
      only: values.only === undefined ? null : values.only.split(',').map((value) => wholeNumber('--only', value)),
      seed: wholeNumber('--seed', values.seed),
      seeds: wholeNumber('--seeds', values.seeds),
      parallel: Math.max(1, wholeNumber('--parallel', values.parallel)),
      thorough: values.thorough,
      parked: values.parked,
      build: values.build ?? null,
      json: values.json,
      list: values.list,
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function wholeNumber(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value.trim())) throw new Error(`${option} must be a whole number, for example ${option} 7.`);
  return Number(value);
}
