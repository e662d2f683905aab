import type { Expectation, ReportedEvent } from '../checker/facts';
import type { ChannelPlan } from './plan';

/** A followup as the model needs it. */
export type ModelFollowup = { id: string; delayMs: number };

/** An agent message that is reported later than this after its due time may be too late for it. */
const reportedLateMs = 50_000;

/**
 * What is to become of the followups of a conversation, judged by what was reported and when that was acknowledged.
 * Certain is only what no order of the races could change.
 *
 * @param events of one conversation, all of them acknowledged, in order of time
 */
export function expectationsOf(
  conversationId: string,
  events: readonly ReportedEvent[],
  followups: readonly ModelFollowup[],
  { ambiguousSend }: Pick<ChannelPlan, 'ambiguousSend'>,
): Expectation[] {
  const sessions = sessionsOf(events);
  return followups.map(({ id, delayMs }) => {
    const verdicts = sessions.map((session) => verdictOf(session, delayMs));
    // Where nothing is repeated, an attempt that a crash cut off was the last one, whether or not it was written.
    const certain = ambiguousSend === 'never_repeat' ? 0 : verdicts.filter((verdict) => verdict === 'must').length;
    const possible = verdicts.filter((verdict) => verdict !== 'must not').length;
    return {
      ...{ conversationId, followupId: id, atLeast: certain, atMost: possible },
      why: `by the model: ${verdicts.join(', ')} (delay ${delayMs} ms, ${ambiguousSend})`,
    };
  });
}

/** Each session's events; an end belongs to the session that it ends. */
function sessionsOf(events: readonly ReportedEvent[]): ReportedEvent[][] {
  const sessions: ReportedEvent[][] = [[]];
  for (const event of events) {
    sessions.at(-1)?.push(event);
    if (event.kind === 'end') sessions.push([]);
  }
  return sessions.filter((session) => session.some(({ kind }) => kind === 'message'));
}

type Verdict = 'must' | 'may' | 'must not';

function verdictOf(session: readonly ReportedEvent[], delayMs: number): Verdict {
  const verdicts = session.map((event, index): Verdict => {
    if (event.from !== 'agent') return 'must not';
    const dueMs = event.atMs + delayMs;
    const next = session[index + 1];
    if (next === undefined) return (event.acknowledgedAtMs ?? Infinity) > dueMs + reportedLateMs ? 'may' : 'must';
    // Known before the due time: this silence was over by then. Otherwise it was a race.
    return next.acknowledgedAtMs !== null && next.acknowledgedAtMs < dueMs ? 'must not' : 'may';
  });
  if (verdicts.includes('must')) return 'must';
  return verdicts.includes('may') ? 'may' : 'must not';
}
