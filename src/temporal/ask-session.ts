import type { Client } from '@temporalio/client';
import type { SendFollowupInput } from '../activities/ports';
import { withDeadline } from '../deadline';
import { sendQuestionQuery } from '../workflows/messages';

/** How long a session may take to answer before the send is put off. */
const answerWithinMs = 2_000;

/**
 * Asks the very run that wants to send whether it still does. The answer takes into account every event that was
 * acknowledged before the question, processed or not: the query is delivered after them.
 *
 * @throws when nobody answers in time, or the run is closed
 */
export async function askSession(
  client: Client,
  run: { workflowId: string; runId: string },
  { sessionId, anchorMs, followupId }: SendFollowupInput,
): Promise<boolean> {
  const abort = new AbortController();
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  try {
    // A deadline of gRPC's alone was seen to come late while the server asked to slow down.
    const answer = await withDeadline(
      'The session',
      answerWithinMs,
      client.withAbortSignal(abort.signal, () => handle.query(sendQuestionQuery, { sessionId, anchorMs, followupId })),
    );
    return answer.wanted;
  } finally {
    abort.abort();
  }
}
