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
    const certain = ambiguousSend === 'never_repeat' ? [] : verdicts.filter((verdict) => verdict.startsWith('must be'));
    const unknownInstead = certain.filter((verdict) => verdict === 'must be, or is unknown').length;
    const possible = verdicts.filter((verdict) => verdict !== 'must not').length;
    return {
      ...{ conversationId, followupId: id, atLeast: certain.length, unknownInstead, atMost: possible },
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

/**
 * What becomes of a followup in a session. It is sent once for all its silences, and an attempt spends it also when a crash
 * cut it off between its mark and its request: nobody can know that nothing was written (ADR 9). So where the race of an
 * earlier silence may have begun an attempt, it may be unknown in the last one.
 */
type Verdict = 'must be' | 'must be, or is unknown' | 'may' | 'must not';

function verdictOf(session: readonly ReportedEvent[], delayMs: number): Verdict {
  const silences = session.flatMap((event, index) =>
    event.from === 'agent' ? [ofSilence(event, session[index + 1], delayMs)] : [],
  );
  const raced = silences.includes('may');
  if (silences.includes('must be')) return raced ? 'must be, or is unknown' : 'must be';
  return raced ? 'may' : 'must not';
}

/** @param next what ended the silence; undefined: nothing did */
function ofSilence(begin: ReportedEvent, next: ReportedEvent | undefined, delayMs: number): Verdict {
  const dueMs = begin.atMs + delayMs;
  if (next === undefined) return (begin.acknowledgedAtMs ?? Infinity) > dueMs + reportedLateMs ? 'may' : 'must be';
  // Known before the due time: this silence was over by then. Otherwise it was a race.
  return next.acknowledgedAtMs !== null && next.acknowledgedAtMs < dueMs ? 'must not' : 'may';
}
