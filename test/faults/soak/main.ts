import { parseArgs } from 'node:util';
import { buildHere } from '../installation/build';
import { type Form, forms } from '../installation/installation';
import { startInstallation } from '../installation/start';
import { createRandom } from '../random';
import { keepLogs } from '../run-rows';
import { type SoakResult, soak } from './soak';

const usage = `npm run soak -- [options]

  --form embedded|cluster   default: cluster
  --minutes M               how long there is a load; default: 30
  --rate N                  new conversations a second; default: 2
  --seed S                  the same seed makes the same conversations and kills; default: 1
  --json                    one object on standard output, and nothing else there`;

type Options = { form: Form; minutes: number; rate: number; seed: number; json: boolean };

/** @throws Error with the problem and how it is used */
function parseOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { form: text, minutes: text, rate: text, seed: text, json: { type: 'boolean', default: false } },
  });
  const number = (name: 'minutes' | 'rate' | 'seed', otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${name} must be a whole number from 1 on.\n\n${usage}`);
    return value;
  };
  const form = forms.find((one) => one === (values.form ?? 'cluster'));
  if (form === undefined) throw new Error(`--form must be one of ${forms.join(', ')}.\n\n${usage}`);
  return { form, minutes: number('minutes', 30), rate: number('rate', 2), seed: number('seed', 1), json: values.json };
}

/** `npm run soak`: half an hour under a steady load, with a kill every 20 seconds. */
async function main({ form, minutes, rate, seed, json }: Options): Promise<boolean> {
  const say = (line: string) => (json ? console.error(line) : console.log(line));
  const installation = await startInstallation(form, buildHere(), {});
  stop = () => installation.stop();
  const settings = { minutes, conversationsPerSecond: rate, killEveryMs: 20_000 };
  say(`Seed ${seed}: ${minutes} minutes, ${rate} conversations a second, a kill every 20 s, form ${form}`);
  try {
    const result = await soak(installation, createRandom(`soak/${seed}`), settings, say);
    if (result.violated.length > 0) say(keepLogs(installation, 'soak'));
    for (const line of inWords(result)) say(line);
    if (json) console.log(JSON.stringify({ seed, form, ...settings, ...result }));
    return result.violated.length === 0;
  } finally {
    await installation.stop();
  }
}

const mebibytes = (bytes: number) => `${(bytes / 1_024 / 1_024).toFixed(0)} MiB`;

function inWords({ conversations, events, requests, kills, memory, violated }: SoakResult): string[] {
  const names = [...new Set(kills.map(({ name }) => name))];
  return [
    `${conversations} conversations, ${events} events, ${requests} requests to the gateway`,
    `${kills.length} kills: ${names.map((name) => `${name} ${kills.filter((kill) => kill.name === name).length}`).join(', ')}`,
    ...memory.map(
      ({ name, firstBytes, lastBytes, flat }) =>
        `${name.padEnd(12)} ${mebibytes(firstBytes).padStart(9)} → ${mebibytes(lastBytes).padStart(9)}${flat ? '' : '  grows'}`,
    ),
    ...violated.map((what) => `✗ ${what}`),
    violated.length === 0 ? 'Nothing was lost, and nothing was sent twice.' : `${violated.length} violations`,
  ];
}

let stop = async () => {};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().finally(() => process.exit(130)));

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
      void stop().finally(() => process.exit(1));
    },
  );
}

run();
