import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';

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

/** The real workflows, one of them changed in a way that old histories cannot follow. */
const broken = async (): Promise<WorkflowBundle> => ({
  ...(await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'broken-workflows.ts'),
    payloadConverterPath: join(__dirname, '..', '..', 'src', 'workflows', 'payload-converter.ts'),
    logger: new DefaultLogger('ERROR'),
  })),
});

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
    ]) {
      expect(files).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`-${path}\\.json$`))]));
    }
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
  }, 60_000);
});
