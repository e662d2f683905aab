import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { repositoryRoot } from '../../../support/compose-file';

/** There is one runtime for the whole process, and this may be called for more than one installation. */
let isQuiet = false;

/**
 * Replays the stored histories of all releases with the workflow code of a build.
 *
 * @returns how many there were, and what went wrong, by workflow
 */
export async function replayStoredHistories(root: string): Promise<{ replayed: number; errors: string[] }> {
  if (!isQuiet) Runtime.install({ logger: new DefaultLogger('ERROR') });
  isQuiet = true;
  const folder = join(repositoryRoot, 'src', 'workflows', 'histories');
  const histories = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((file) => {
      const history = historyFromJSON(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const { workflowId } = history.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
      return { workflowId: workflowId ?? file, history };
    });
  const workflowBundle = { codePath: join(root, 'dist', 'workflow-bundle.js') };
  const errors: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    replayed++;
    if (error) errors.push(`${workflowId}: ${error.message}`);
  }
  if (replayed !== histories.length) errors.push(`${replayed} of ${histories.length} were replayed`);
  return { replayed, errors };
}
