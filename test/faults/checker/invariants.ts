import type { Expectation, Facts, ReportedEvent } from './facts';

export type Violation = { invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5'; what: string };

/** What of the promise was broken, in words; nothing, as a rule. Pure. */
export function violations(facts: Facts): Violation[] {
  return [
    ...oneDelivery(facts),
    ...neverRepeated(facts),
    ...asTheModelSays(facts),
    ...nothingUnasked(facts),
    ...nothingLost(facts),
    ...nothingAfterAReply(facts),
    ...nothingLeft(facts),
  ];
}

const violation = (invariant: Violation['invariant'], what: string): Violation => ({ invariant, what });

/** I1: at most one `webhook-id` per session and followup, at the gateway and in the rows. */
export function oneDelivery({ requests, deliveries }: Facts): Violation[] {
  const ids = new Map<string, Set<string>>();
  const note = (where: string, id: string) => ids.set(where, (ids.get(where) ?? new Set()).add(id));
  for (const { webhookId, data } of requests) note(`session ${data.sessionId}, followup ${data.followupId}`, webhookId);
  for (const { id, sessionId, followupId } of deliveries) note(`session ${sessionId}, followup ${followupId}`, id);
  return [...ids]
    .filter(([, known]) => known.size > 1)
    .map(([where, known]) => violation('I1', `${known.size} webhook-ids for ${where}: ${[...known].join(', ')}`));
}

/** What an attempt that began may have come to without anybody knowing that nothing reached the gateway. */
const mayHaveReached = [null, 'lost', 'sent'];

/**
 * I1 where nothing may be repeated: no attempt begins after one that may have reached the gateway. Another request with
 * the same `webhook-id` is one delivery still, and yet what such a channel forbids.
 */
export function neverRepeated({ deliveries, attempts }: Facts): Violation[] {
  const attemptsOf = groupBy(attempts, ({ deliveryId }) => deliveryId);
  return deliveries
    .filter(({ neverRepeat }) => neverRepeat)
    .flatMap(({ id }) => {
      const begun = (attemptsOf.get(id) ?? [])
        .filter(({ sendingAtMs }) => sendingAtMs !== null)
        .sort((one, other) => one.attempt - other.attempt);
      const first = begun.findIndex(({ outcome }) => mayHaveReached.includes(outcome));
      const repeated = first < 0 ? [] : begun.slice(first + 1);
      return repeated.map(({ attempt }) =>
        violation(
          'I1',
          `attempt ${attempt} of ${id} repeats one that may have reached the gateway, which is forbidden`,
        ),
      );
    });
}

type SentFacts = {
  requests: readonly { data: { sessionId: string } }[];
  deliveries: readonly { sessionId: string; status: string }[];
};

/**
 * In how many sessions a followup was sent, and whether that is enough, with what may be `unknown` instead. Pure.
 *
 * @param facts of this followup in this conversation
 */
export function countSent(
  { atLeast, unknownInstead = 0 }: Pick<Expectation, 'atLeast' | 'unknownInstead'>,
  { requests, deliveries }: SentFacts,
): { sent: number; isEnough: boolean } {
  const sessions = new Set(requests.map(({ data }) => data.sessionId));
  const unknown = deliveries.filter(({ status, sessionId }) => status === 'unknown' && !sessions.has(sessionId)).length;
  return { sent: sessions.size, isEnough: sessions.size + Math.min(unknown, unknownInstead) >= atLeast };
}

/** I2: all that had to be sent came to the gateway, and nothing that must not. */
export function asTheModelSays({ expectations, requests, deliveries }: Facts): Violation[] {
  return expectations.flatMap((expected) => {
    const { conversationId, followupId, atLeast, atMost, why } = expected;
    const sends = requests.filter(
      ({ data }) => data.conversationId === conversationId && data.followupId === followupId,
    );
    const rows = deliveries.filter(
      (delivery) => delivery.conversationId === conversationId && delivery.followupId === followupId,
    );
    const { sent, isEnough } = countSent(expected, { requests: sends, deliveries: rows });
    if (isEnough && sent <= atMost) return [];
    const became = rows.map(({ status, reason }) => `${status} (${reason})`).join(', ');
    return [
      violation(
        'I2',
        `followup ${followupId} in ${conversationId} was sent in ${sent} sessions, not ${sent < atLeast ? atLeast : atMost}: ` +
          `${why}; its deliveries: ${became || 'none'}`,
      ),
    ];
  });
}

/** I2: nothing came to the gateway of which the model says nothing at all. */
export function nothingUnasked({ expectations, requests }: Facts): Violation[] {
  const pairOf = (conversationId: string, followupId: string) => JSON.stringify([conversationId, followupId]);
  const known = new Set(expectations.map((expected) => pairOf(expected.conversationId, expected.followupId)));
  return requests
    .filter(({ data }) => !known.has(pairOf(data.conversationId, data.followupId)))
    .map(({ webhookId, data }) =>
      violation(
        'I2',
        `nobody expects followup ${data.followupId} in ${data.conversationId}, and ${webhookId} was sent`,
      ),
    );
}

const nameOf = ({ conversationId, kind, from, id }: Pick<ReportedEvent, 'conversationId' | 'kind' | 'from' | 'id'>) =>
  JSON.stringify([conversationId, kind, from, id]);

/** I3: what was acknowledged is in a run's history; but for an end where there was nothing to end. */
export function nothingLost({ events, signals }: Facts): Violation[] {
  const known = new Set(signals.map((signal) => nameOf(signal as ReportedEvent)));
  const eventsOf = groupBy(events, ({ conversationId }) => conversationId);
  return events
    .filter((event) => event.acknowledgedMs !== null && !known.has(nameOf(event)))
    .filter((event) => !hadNothingToEnd(event, eventsOf.get(event.conversationId) ?? []))
    .map(({ conversationId, kind, from, id }) =>
      violation(
        'I3',
        `the ${kind} ${id}${from === null ? '' : ` of the ${from}`} in ${conversationId} is in no history`,
      ),
    );
}

/**
 * Whether an end was reported while nobody had said anything since the end before it, or ever: there was no session, an
 * end opens none, and so no run may have taken it.
 */
function hadNothingToEnd(end: ReportedEvent, events: readonly ReportedEvent[]): boolean {
  if (end.kind !== 'end') return false;
  const before = events.filter((event) => event !== end && event.atMs <= end.atMs);
  const endedAtMs = Math.max(
    -Infinity,
    ...before.filter(({ kind, acknowledgedMs }) => kind === 'end' && acknowledgedMs !== null).map(({ atMs }) => atMs),
  );
  return !before.some(({ kind, atMs }) => kind === 'message' && atMs > endedAtMs);
}

/**
 * I4: no request begins after a reply was acknowledged, as long as its silence began before the reply. For a reply that
 * was signalled straight to Temporal: no attempt that asked its session after the acknowledgement was written.
 */
export function nothingAfterAReply({ events, requests, deliveries, attempts }: Facts): Violation[] {
  const requestsOf = groupBy(requests, ({ data }) => data.conversationId);
  const deliveriesOf = groupBy(deliveries, ({ conversationId }) => conversationId);
  const attemptsOf = groupBy(attempts, ({ deliveryId }) => deliveryId);
  const anchors = new Map(requests.map(({ webhookId, data }) => [webhookId, Date.parse(data.anchorAt)]));
  return events.flatMap((reply) => {
    const { from, conversationId, acknowledgedMs, acknowledgedAtMs, way } = reply;
    if (from === null || from === 'agent' || acknowledgedMs === null || acknowledgedAtMs === null) return [];
    const where = `in ${conversationId}, reply ${reply.id}`;
    if (way === 'rest') {
      return (requestsOf.get(conversationId) ?? [])
        .filter(({ data, notBeforeMs }) => Date.parse(data.anchorAt) <= reply.atMs && notBeforeMs > acknowledgedMs)
        .map(({ webhookId, notBeforeMs }) =>
          violation('I4', `${webhookId} began ${ms(notBeforeMs - acknowledgedMs)} after the 202, ${where}`),
        );
    }
    return (deliveriesOf.get(conversationId) ?? []).flatMap(({ id }) =>
      (attemptsOf.get(id) ?? [])
        .filter(
          ({ askedAtMs, sendingAtMs, outcome }) =>
            (anchors.get(id) ?? Infinity) <= reply.atMs &&
            outcome !== 'withheld' &&
            sendingAtMs !== null &&
            (askedAtMs ?? 0) > acknowledgedAtMs,
        )
        .map(({ attempt }) =>
          violation('I4', `attempt ${attempt} of ${id} asked after the signal was taken, ${where}`),
        ),
    );
  });
}

/** I5: when all is quiet nothing is pending, and every open session has a workflow. */
export function nothingLeft({ deliveries, sessions }: Facts): Violation[] {
  return [
    ...deliveries
      .filter(({ status }) => status === 'queued' || status === 'sending')
      .map(({ id, status, reason }) => violation('I5', `the delivery ${id} is still ${status} (${reason})`)),
    ...sessions
      .filter(({ status, runs }) => status === 'open' && !runs)
      .map(({ id }) => violation('I5', `the session ${id} is open, and no workflow carries it`)),
  ];
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}
