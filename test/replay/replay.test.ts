import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../scripts/bundle-workflows.cjs';
import { patches } from '../../src/workflows/patches';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const folder = join(__dirname, '..', '..', 'src', 'workflows', 'histories');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

type WorkflowBundle = { codePath: string } | { code: string };

/** What replaying every stored history with this workflow code came to, by file: null, or the error. */
async function replayAll(workflowBundle: WorkflowBundle): Promise<Map<string, Error | null>> {
  const outcomes = new Map<string, Error | null>();
  for (const file of files) {
    const history = historyFromJSON(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    // A session reads its channel and conversation from its workflow id, so it must be the recorded one.
    const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
    for await (const { error } of Worker.runReplayHistories({ workflowBundle }, [{ workflowId, history }])) {
      outcomes.set(file, error ?? null);
    }
  }
  return outcomes;
}

const deployed = { folder: join(__dirname, '..', '..', 'src', 'workflows'), extension: 'ts' } as const;

/** The real workflows, one of them changed in a way that old histories cannot follow. */
const broken = () => bundleWorkflows({ ...deployed, workflowsPath: join(__dirname, 'broken-workflows.ts') });

/** The workflows as they were before their patches: what these decide is not there. */
const unpatched = () =>
  bundleWorkflows({
    ...deployed,
    webpackConfigHook: (config) => {
      const alias = { './policy/order-of-receipt$': join(__dirname, 'before-order-of-receipt.ts') };
      return { ...config, resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...alias } } };
    },
  });

/** Whether a session has taken the step that `unpatched` workers know nothing of. */
function hasPatch(file: string): boolean {
  const { events } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return events.some(({ markerRecordedEventAttributes: marker }: Marked) => {
    if (marker?.markerName !== 'core_patch') return false;
    const data = JSON.stringify(marker.details).match(/"data":"([^"]+)"/)?.[1] ?? '';
    return Buffer.from(data, 'base64').toString().includes(`"${patches.orderOfReceipt}"`);
  });
}
type Marked = { markerRecordedEventAttributes?: { markerName: string; details: object } };

describe('stored histories', () => {
  it('has one for each path', () => {
    for (const path of [
      'quiet',
      'replied',
      'queued',
      'retried',
      'continued-first',
      'continued-last',
      'next-session',
      'late',
      'rollout',
      'clocks',
    ]) {
      expect(files).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`-${path}\\.json$`))]));
    }
  });

  it('has one of before each patch, in which it would have made a difference, and one with it', () => {
    for (const patch of Object.values(patches)) expect(files).toContain(`before-${patch}.json`);
    expect(files.filter(hasPatch)).toContain('0.1.0-clocks.json');
  });

  it('replay with the workflow code as it is now', async () => {
    const outcomes = await replayAll({ codePath: process.env.TEST_WORKFLOW_BUNDLE ?? '' });
    expect([...outcomes.keys()].sort()).toEqual([...files].sort());
    for (const [file, error] of outcomes) expect([file, error]).toEqual([file, null]);
  });

  it('do not replay with workflow code that does something else', async () => {
    const outcomes = await replayAll(await broken());
    // The rollout was not changed.
    const errors = [...outcomes].filter(([file]) => !file.includes('rollout')).map(([, error]) => error?.name);
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors)).toEqual(new Set(['DeterminismViolationError']));
  }, 120_000);

  it('replay with a worker of before a patch, but for those with a step that it knows nothing of', async () => {
    const outcomes = await replayAll(await unpatched());
    for (const [file, error] of outcomes) {
      expect([file, error?.name]).toEqual([file, hasPatch(file) ? 'DeterminismViolationError' : undefined]);
    }
  }, 120_000);
});
