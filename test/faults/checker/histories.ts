import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import type { Installation } from '../installation/installation';
import type { SignalFact } from './facts';

type Runs = { isRunning: boolean; signals: Omit<SignalFact, 'conversationId'>[] };

/** What was reported to a conversation, from the histories of all its workflow's runs. */
export async function readRuns(installation: Installation, workflowId: string): Promise<Runs> {
  const { isRunning: runs, histories } = await readHistories(installation, workflowId);
  const signals = histories
    .flatMap(({ events }) => events ?? [])
    .flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal ? reported(signal.signalName ?? '', signal.input?.payloads?.[0]?.data) : [],
    );
  return { isRunning: runs, signals };
}

/** Whether a workflow of this id runs, as Temporal says. */
export async function isRunning({ client }: Installation, workflowId: string): Promise<boolean> {
  return (await newestRun(client, workflowId))?.status.name === 'RUNNING';
}

/** null: Temporal knows of none. */
async function newestRun(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowNotFoundError') throw error;
    return null;
  }
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** The histories of all runs of a workflow. */
export async function readHistories(
  { client, sql }: Installation,
  workflowId: string,
): Promise<{ isRunning: boolean; histories: History[] }> {
  const newest = await newestRun(client, workflowId);
  if (newest === null) return { isRunning: false, histories: [] };
  const toRead = new Set([newest.runId]);
  // Visibility may lag behind; the rows and the runs themselves know of most others.
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) toRead.add(runId);
  const rows = await sql<{ ids: string[] }[]>`
    select array[opened_by_run_id, first_run_id, run_id] as ids from sessions where workflow_id = ${workflowId}`;
  for (const { ids } of rows) for (const id of ids) toRead.add(id);

  const histories: History[] = [];
  // Grows while it is gone through.
  for (const runId of toRead) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    for (const event of history.events ?? []) {
      const started = event.workflowExecutionStartedEventAttributes;
      const before = started?.continuedExecutionRunId;
      const after = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      for (const other of [before, started?.firstExecutionRunId, after]) if (other) toRead.add(other);
    }
  }
  return { isRunning: newest.status.name === 'RUNNING', histories };
}

function reported(name: string, data: Uint8Array | null | undefined): Runs['signals'] {
  const payload = parse(data);
  switch (name) {
    case 'message':
      return [{ kind: 'message', from: payload?.from ?? null, id: String(payload?.id) }];
    case 'messages':
      return Array.isArray(payload) ? payload.map(({ from, id }) => ({ kind: 'message', from, id })) : [];
    case 'end':
      return [{ kind: 'end', from: null, id: String(payload?.at) }];
    default:
      return [];
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a row may signal anything at all.
function parse(data: Uint8Array | null | undefined): any {
  try {
    return JSON.parse(Buffer.from(data ?? []).toString());
  } catch {
    return null;
  }
}
