import { eraseConversationRows, findConversation, forbidSessions } from '../db/queries/erase-conversation';
import { waitForSender } from '../db/queries/fence';
import { sessionWorkflowId } from '../workflows/identifiers';
import { audit, conversationThingId } from './audit';
import type { Principal } from './authenticate';
import { storedConversation } from './conversations';
import type { ApiDeps } from './deps';
import { problemOfTemporal } from './failures';
import { notFound } from './problems';
import type { RequestDeadline } from './request-deadline';

type Deps = Pick<ApiDeps, 'database' | 'sessions' | 'secretBox' | 'clock'>;
type Running = { workflowId: string; runId: string; firstRunId: string };

/**
 * Erases a conversation: its workflow with all its runs, then its rows. In this order it can be repeated after a crash
 * anywhere in between, since the rows that lead to the rest go last. When it has returned, nothing more is sent; a
 * message that comes afterwards opens a new session.
 *
 * @throws ApiProblem 404 when nothing is known of it, 503 when Temporal is away
 */
export async function eraseConversation(
  deps: Deps,
  params: { channelId: string; conversationId: string },
  principal: Principal,
  deadline: RequestDeadline,
): Promise<void> {
  const conversation = await storedConversation(deps, params, deadline);
  const workflowIds = conversation.conversationIds.map((id) => sessionWorkflowId(conversation.channelId, id));
  const { db, sql } = deps.database;
  const running = await inTemporal(deadline, () => findRunning(deps, workflowIds));
  const firstRunIds = running.map((run) => run.firstRunId);
  await deadline.database(forbidSessions(db, conversation.channelId, firstRunIds));
  const known = await deadline.database(findConversation(db, conversation));

  await inTemporal(deadline, async () => {
    for (const { workflowId, firstRunId } of running) await deps.sessions.terminate(workflowId, firstRunId);
  });
  // Who asks the session from now on hears that it is over; who asked before writes the request first.
  for (const { workflowId } of running) await waitForSender(sql, workflowId, deadline.remainingMs());
  const runIds = [...known.runIds, ...running.map(({ runId }) => runId)];
  await inTemporal(deadline, async () => {
    for (const workflowId of workflowIds) await deps.sessions.deleteRuns(workflowId, runIds);
  });
  const isKnown = known.sessionIds.length > 0 || running.length > 0 || known.optedOut || known.chatted;
  if (!isKnown) throw notFound('conversation');

  await deadline.database(
    eraseConversationRows(db, conversation, { sessionIds: known.sessionIds, firstRunIds }, (tx) =>
      audit(tx, principal, {
        action: 'erase',
        kind: 'conversation',
        thingId: conversationThingId(deps, params),
        at: new Date(deps.clock()),
        before: null,
        after: null,
      }),
    ),
  );
}

/** What goes on of these workflows. */
async function findRunning(deps: Deps, workflowIds: string[]): Promise<Running[]> {
  const running: Running[] = [];
  for (const workflowId of workflowIds) {
    const run = await deps.sessions.findRunning(workflowId);
    if (run) running.push({ workflowId, ...run });
  }
  return running;
}

async function inTemporal<T>(deadline: RequestDeadline, work: () => Promise<T>): Promise<T> {
  try {
    return await deadline.within('Temporal', work());
  } catch (error) {
    throw problemOfTemporal(error) ?? error;
  }
}
