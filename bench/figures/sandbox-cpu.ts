import { Worker } from '@temporalio/worker';
import { median, rotated } from '../statistics';
import { untilSecondSignal } from './session-figures';
import type { ArmedHistories, History } from './sessions';

export const replayed = ['bare', 'eager', 'service'] as const;
export type Replayed = (typeof replayed)[number];

/** Milliseconds of CPU for the activation of one message, of each round. */
export type SandboxCpu = Record<Replayed, number[]>;

const warmUpReplays = 5;

/**
 * Replays sessions that wait, and measures the CPU of this process: what the whole history costs more than its beginning
 * is what its messages cost, each of which has an activation of its own.
 */
export async function measureSandboxCpu(
  armed: ArmedHistories,
  bundles: Record<Replayed, string>,
  rounds: number,
  replays: number,
): Promise<SandboxCpu> {
  const cpu: SandboxCpu = { bare: [], eager: [], service: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of rotated(replayed, round)) {
      const { workflowId, history } = armed[kind];
      const opening = untilSecondSignal(history);
      const messages = signalsOf(history) - signalsOf(opening);
      const one = (each: History) => cpuOfReplay(bundles[kind], workflowId, each, replays);
      cpu[kind].push(((await one(history)) - (await one(opening))) / messages);
    }
  }
  return cpu;
}

const signalsOf = ({ events }: History) =>
  (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;

/** Milliseconds of CPU for one replay, the median of many. */
async function cpuOfReplay(codePath: string, workflowId: string, history: History, replays: number): Promise<number> {
  const times: number[] = [];
  const histories = Array.from({ length: warmUpReplays + replays }, () => ({ workflowId, history }));
  let before = process.cpuUsage();
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, histories)) {
    if (error) throw error;
    const used = process.cpuUsage(before);
    times.push((used.user + used.system) / 1_000);
    before = process.cpuUsage();
  }
  return median(times.slice(warmUpReplays));
}
