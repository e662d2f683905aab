import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { SessionFigures } from './session-figures';

type History = temporal.api.history.v1.IHistory;

/** The histories of all runs of a workflow, the newest first. */
export async function runsOf(client: Client, workflowId: string): Promise<History[]> {
  const runs: History[] = [];
  for (let runId: string | undefined; ; ) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push(history);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
    if (runId === undefined) return runs;
  }
}

type Summed = Pick<SessionFigures, 'events' | 'actions' | 'bytes' | 'workflowTasks' | 'timersCancelled'>;

/** What all runs came to together. */
export function chainFigures(runs: readonly SessionFigures[]): Summed {
  const sum = (of: (run: SessionFigures) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    events: sum(({ events }) => events),
    actions: sum(({ actions }) => actions),
    bytes: sum(({ bytes }) => bytes),
    workflowTasks: sum(({ workflowTasks }) => workflowTasks),
    timersCancelled: sum(({ timersCancelled }) => timersCancelled),
  };
}
