import { useQuery } from '@tanstack/react-query';
import { atMost } from './at-most';
import { api, type ExplainedFollowup, type Session } from './client';
import { queryKeys } from './keys';

/** Each question goes to a workflow, and takes one of the browser's few connections: the others must not wait for it. */
const inTurn = atMost(4);

/** What may still become something else, and when. */
export const isPending = ({ status }: Pick<ExplainedFollowup, 'status'>): boolean =>
  status === 'waiting' || status === 'queued' || status === 'sending';

/** No moment is missed by more than this, and no workflow asked more often. */
const soonMs = 1_000;

/** Whether something may still happen by itself: a session that has ended may have a survey to send. */
export const isGoingOn = ({ status, followups }: Session): boolean => status === 'open' || followups.some(isPending);

/**
 * When a session is to be asked again. Messages come without an event, so an open one is asked every `everyMs`; and at
 * once when something is due, until it is known what became of it. What is over changes by events alone.
 */
export function askAgainMs(session: Session | undefined, everyMs: number, nowMs: number): number | false {
  if (session && !isGoingOn(session)) return false;
  const moments = (session?.followups ?? []).filter(isPending).map(({ status, sendAt }) => {
    if (status === 'sending') return soonMs;
    return sendAt === null ? everyMs : Date.parse(sendAt) - nowMs;
  });
  return Math.max(soonMs, Math.min(everyMs, ...moments));
}

/** A session with what will become, or became, of each followup, asked live: of an open one its workflow. */
export const useSession = (sessionId: string, everyMs: number) =>
  useQuery<Session>({
    queryKey: queryKeys.session(sessionId),
    queryFn: ({ signal }) => inTurn(() => api.getSession({ sessionId }, { signal }), signal),
    refetchInterval: ({ state }) => askAgainMs(state.data, everyMs, Date.now()),
  });
