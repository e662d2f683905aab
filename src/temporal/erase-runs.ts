import type { Client } from '@temporalio/client';
import type { SessionGateway } from '../api/ports';
import { isNotFound } from './not-found';

type Erasing = Pick<SessionGateway, 'findRunning' | 'terminate' | 'deleteRuns'>;

/** Runs looked up in one go. */
const pageSize = 1_000;

/** WORKFLOW_EXECUTION_STATUS_RUNNING of Temporal's API. */
const running = 1;

/** Ends and deletes the runs of a workflow. Everything may be repeated: what is gone already is passed over. */
export function createRunEraser({ client, namespace }: { client: Client; namespace: string }): Erasing {
  const { workflowService } = client;

  /** What the first event of a run says of its chain; null for a run that is gone. */
  async function readStart(workflowId: string, runId: string) {
    try {
      const { history } = await workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId },
        maximumPageSize: 1,
      });
      return history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? null;
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async function describe(workflowId: string, runId = '') {
    try {
      const { workflowExecutionInfo } = await workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId, runId },
      });
      return workflowExecutionInfo ?? null;
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** What the lists know, which may be a moment behind: so those are taken that can be reached from these as well. */
  async function listRunIds(workflowId: string): Promise<string[]> {
    const { executions } = await workflowService.listWorkflowExecutions({
      namespace,
      pageSize,
      query: `WorkflowId = "${workflowId}"`,
    });
    return (executions ?? []).flatMap(({ execution }) => execution?.runId ?? []);
  }

  async function deleteRun(workflowId: string, runId: string): Promise<void> {
    try {
      await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function findRunning(workflowId: string) {
    const info = await describe(workflowId);
    const runId = info?.execution?.runId;
    if (info?.status !== running || !runId) return null;
    const start = await readStart(workflowId, runId);
    return { runId, firstRunId: start?.firstExecutionRunId || runId };
  }

  return {
    findRunning,

    async terminate(workflowId, firstRunId) {
      for (;;) {
        const run = await findRunning(workflowId);
        if (run?.firstRunId !== firstRunId) return;
        // Deleting a run that goes on ends it at once, and has its history gone in a moment; one that was terminated
        // before keeps it for half a minute. When it has continued as new meanwhile, the next one goes.
        await deleteRun(workflowId, run.runId);
      }
    },

    async deleteRuns(workflowId, runIds) {
      const waiting = [...new Set([...runIds, ...(await listRunIds(workflowId))])];
      const known = new Set(waiting);
      const over: string[] = [];
      for (let runId = waiting.pop(); runId !== undefined; runId = waiting.pop()) {
        const info = await describe(workflowId, runId);
        // A message that came after the end has begun a session of its own.
        if (info === null || info.status === running) continue;
        over.push(runId);
        const before = (await readStart(workflowId, runId))?.continuedExecutionRunId;
        if (!before || known.has(before)) continue;
        known.add(before);
        waiting.push(before);
      }
      // Only now: what is deleted leads to no other run any more.
      for (const runId of over) await deleteRun(workflowId, runId);
    },
  };
}
