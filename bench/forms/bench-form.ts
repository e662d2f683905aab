import { randomUUID } from 'node:crypto';
import type { Form, Installation } from '../../test/faults/installation/installation';
import { startInstallation } from '../../test/faults/installation/start';
import { Undo } from '../../test/faults/installation/undo';
import { startBaselineWorker } from '../baselines/start-worker';
import { type Api, connectApi } from '../load/api';
import { type Arrivals, startArrivals } from '../load/arrivals';
import { startOwnWorker } from './own-worker';

/** An installation of the service as it is shipped, and the baselines beside it on the same servers. */
export type BenchForm = {
  installation: Installation;
  api: Api;
  /** The gateway of both. */
  arrivals: Arrivals;
  baselineQueue: string;
  /** Where workers of the service serve whose sessions are parked. */
  parkedQueue: string;
  stop(): Promise<void>;
};

/** @param baselineBundle the file with the workflow code of the baselines */
export async function startBenchForm(form: Form, build: string, baselineBundle: string): Promise<BenchForm> {
  const undo = new Undo();
  let stopped: Promise<void> | null = null;
  // Whoever asks second waits for the first.
  const stop = () => {
    stopped ??= undo.all();
    return stopped;
  };
  try {
    const arrivals = await startArrivals();
    undo.add(() => arrivals.close());
    const installation = await startInstallation(form, build, {});
    undo.add(() => installation.stop());
    const api = connectApi(installation);
    undo.add(() => api.close());
    const baselineQueue = 'bench-baselines';
    const { temporalAddress: address, namespace } = installation;
    // As many as the service has.
    for (let index = 0; index < installation.workers.length; index++) {
      const settings = { address, namespace, taskQueue: baselineQueue, codePath: baselineBundle };
      const worker = await startBaselineWorker(settings);
      undo.add(() => worker.stop());
    }
    const parkedQueue = 'bench-parked';
    for (let index = 0; index < installation.workers.length; index++) {
      const worker = await startOwnWorker(installation, parkedQueue, { SESSION_MODE: 'parked' });
      undo.add(() => worker.stop());
    }
    return { installation, api, arrivals, baselineQueue, parkedQueue, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const newIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** An agent that is always there, with a channel to the gateway. */
export async function makeChannel({ api, arrivals }: BenchForm, settings: object = {}): Promise<string> {
  const identity = { timeZone: 'Europe/Madrid', availability: { mode: 'always' } };
  const agent = await api.call('POST', '/v1/agents', { name: 'Bench', identity });
  const endpoint = { url: arrivals.url };
  const channel = { agentId: agent.id, name: 'Bench', type: 'webhook', endpoint, ...settings };
  return (await api.call('POST', '/v1/channels', channel)).id;
}

export async function makeRule({ api }: BenchForm, channelId: string, delaySeconds: number): Promise<void> {
  await api.call('POST', '/v1/followups', {
    ...{ title: `After ${delaySeconds} s`, message: 'Are you still there?', delaySeconds, channelIds: [channelId] },
  });
}
