import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { repositoryRoot } from '../../../support/compose-file';

/**
 * Replays the stored histories of all releases with the workflow code of a build.
 *
 * @returns how many there were, and what went wrong, by file
 */
export async function replayStoredHistories(root: string): Promise<{ replayed: number; errors: string[] }> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const folder = join(repositoryRoot, 'src', 'workflows', 'histories');
  const workflowBundle = { codePath: join(root, 'dist', 'workflow-bundle.js') };
  const errors: string[] = [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const file of files) {
    const history = historyFromJSON(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
    for await (const { error } of Worker.runReplayHistories({ workflowBundle }, [{ workflowId, history }])) {
      if (error) errors.push(`${file}: ${error.message}`);
    }
  }
  return { replayed: files.length, errors };
}
