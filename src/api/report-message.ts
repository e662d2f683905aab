import { waitForSender } from '../db/queries/fence';
import type { ApiDeps } from './deps';
import { problemOfTemporal } from './failures';
import type { SignalTarget } from './ports';
import type { RequestDeadline } from './request-deadline';
import type { MessageEvent } from './schemas/messages';

/** How much of a request's time the signal leaves for the fence. */
const fenceReserveMs = 500;

/**
 * Waits for a signal to be durable.
 *
 * @throws ApiProblem 429 or 503 when Temporal does not take it: the caller is to send it again
 */
export async function signalled(signal: Promise<void>, deadline: RequestDeadline): Promise<void> {
  try {
    await deadline.within('Temporal', signal, fenceReserveMs);
  } catch (error) {
    throw problemOfTemporal(error) ?? error;
  }
}

/**
 * Tells a session of a message. When it has returned the message is durable, and after one of a user or operator no
 * followup begins.
 *
 * @throws ApiProblem 429 or 503: the caller is to send it again
 */
export async function reportMessage(
  deps: Pick<ApiDeps, 'database' | 'sessions'>,
  target: SignalTarget,
  event: MessageEvent,
  deadline: RequestDeadline,
): Promise<void> {
  await signalled(deps.sessions.signalMessage({ ...target, event }), deadline);
  if (event.from === 'agent') return;
  // A sender that has asked already writes its message first, so that it does not begin after our answer.
  const fence = waitForSender(deps.database.sql, target.workflowId, Math.min(4_000, deadline.remainingMs()));
  await deadline.within('The session that is being sent to', fence);
}
