import { waitForSender } from '../db/queries/fence';
import { deleteOptOut, insertOptOut, isOptedOut } from '../db/queries/opt-outs';
import { audit, conversationThingId } from './audit';
import type { Principal } from './authenticate';
import type { Addresses } from './conversations';
import type { ApiDeps } from './deps';
import { problemOfTemporal } from './failures';
import type { RequestDeadline } from './request-deadline';

type Deps = Pick<ApiDeps, 'database' | 'sessions' | 'secretBox' | 'clock'>;

/** Two who change their minds at once settle within a few rounds. */
const maxRounds = 5;

/**
 * Opts a conversation out of followups, or in again: first its row, for sessions that are opened from now on, then the
 * session that runs. When it has returned after opting out, nothing more is sent.
 *
 * @throws ApiProblem 404 for an unknown or deleted channel, 503 when Temporal is away: the caller may repeat it
 */
export async function setOptOut(
  deps: Deps,
  addresses: Addresses,
  params: { channelId: string; conversationId: string },
  optedOut: boolean,
  principal: Principal,
  deadline: RequestDeadline,
): Promise<void> {
  const { db, sql } = deps.database;
  const { channelId, conversationId, workflowId } = (await addresses.of(params, deadline)).target;
  await deadline.database(
    db.transaction(async (tx) => {
      const changed = optedOut
        ? await insertOptOut(tx, channelId, conversationId)
        : await deleteOptOut(tx, channelId, [conversationId]);
      if (!changed) return;
      await audit(tx, principal, {
        action: optedOut ? 'opt_out' : 'opt_in',
        kind: 'conversation',
        thingId: conversationThingId(deps, params),
        at: new Date(deps.clock()),
        before: { optedOut: !optedOut },
        after: { optedOut },
      });
    }),
  );

  // What the row says is what the session is told. Where somebody else has changed it since, it is told again, so that
  // the last word is that of the row, in whatever order the signals came.
  let said = optedOut;
  for (let round = 0; round < maxRounds; round++) {
    try {
      await deadline.within('Temporal', deps.sessions.signalOptOut(workflowId, said));
    } catch (error) {
      throw problemOfTemporal(error) ?? error;
    }
    const now = await deadline.database(isOptedOut(db, channelId, conversationId));
    if (now === said) break;
    said = now;
  }
  if (optedOut) {
    const fence = waitForSender(sql, workflowId, Math.min(4_000, deadline.remainingMs()));
    await deadline.within('The session that is being sent to', fence);
  }
}
