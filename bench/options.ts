import { parseArgs } from 'node:util';
import { type Form, forms } from '../test/faults/installation/installation';

export type Options = {
  /** Some three minutes, with small numbers and, unless told otherwise, embedded: to see that the bench itself works. */
  quick: boolean;
  json: boolean;
  forms: readonly Form[];
  /** null: as many as the size asks for. */
  rounds: number | null;
};

export const usage = `npm run bench -- [options]

  --quick                   small numbers, some three minutes
  --json                    one object on standard output, and nothing else there
  --form embedded|cluster   one form of installation; default: both, with --quick embedded
  --rounds N                so many interleaved rounds; default: 5, with --quick 2`;

/** @throws Error with the problem and how it is used */
export function parseOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        form: { type: 'string' },
        rounds: { type: 'string' },
      },
    });
    const form = forms.find((one) => one === values.form);
    if (values.form !== undefined && form === undefined) throw new Error(`--form must be one of ${forms.join(', ')}.`);
    if (values.rounds !== undefined && !/^[1-9]\d?$/.test(values.rounds)) {
      throw new Error('--rounds must be a whole number from 1 to 99, for example --rounds 5.');
    }
    return {
      quick: values.quick,
      json: values.json,
      forms: form !== undefined ? [form] : values.quick ? ['embedded'] : forms,
      rounds: values.rounds === undefined ? null : Number(values.rounds),
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
