import { type DeliveryDetails, listSessionDeliveries } from '../db/queries/deliveries';
import { type DecisionRow, findNeighbours, listDecisions, type SessionRow } from '../db/queries/sessions';
import { inOrderOfTime, type MessageFact } from '../workflows/policy/session-state';
import type { ApiDeps } from './deps';
import { problemOfTemporal } from './failures';
import { unavailable } from './problems';
import type { RequestDeadline } from './request-deadline';
import type { TimelineAnswer, TimelineItem } from './schemas/timeline';

type Neighbours = Awaited<ReturnType<typeof findNeighbours>>;

const iso = (ms: number) => new Date(ms).toISOString();

/** Of what happened in one millisecond, which comes first. */
const order: TimelineItem['kind'][] = [
  ...(['opened', 'message', 'anchor', 'decision', 'attempt', 'sent'] as const),
  ...(['receipt', 'response', 'survey_answer', 'ended'] as const),
];

/**
 * What happened in a session: its messages by the history of its workflow, the rest by the database.
 *
 * @throws ApiProblem 429 or 503 when Temporal cannot be asked
 */
export async function sessionTimeline(
  deps: Pick<ApiDeps, 'database' | 'sessions'>,
  row: SessionRow,
  deadline: RequestDeadline,
): Promise<TimelineAnswer> {
  const { db } = deps.database;
  const neighbours = await deadline.database(findNeighbours(db, row));
  const [decided, delivered] = await deadline.database(
    Promise.all([listDecisions(db, row.id), listSessionDeliveries(db, row.id)]),
  );
  const { messages: reported, complete } = await readMessages(deps, row, neighbours, deadline);
  const messages = reported.filter(belongsTo(row, neighbours));
  const items = [
    ...beginningAndEnd(row, messages),
    ...messages.map(messageItem),
    ...anchorItems(messages),
    ...decided.flatMap(decisionItem),
    ...delivered.flatMap(deliveryItems),
  ];
  return { items: items.sort(byTime), complete };
}

const byTime = (one: TimelineItem, other: TimelineItem) =>
  Date.parse(one.at) - Date.parse(other.at) || order.indexOf(one.kind) - order.indexOf(other.kind);

async function readMessages(
  { sessions }: Pick<ApiDeps, 'sessions'>,
  row: SessionRow,
  { after }: Neighbours,
  deadline: RequestDeadline,
) {
  const { workflowId, openedByRunId, runId } = row;
  const runs = { workflowId, openedByRunId, runId, isOpen: row.status === 'open' };
  try {
    const read = sessions.readMessages({ ...runs, nextOpenedByRunId: after?.openedByRunId ?? null });
    const { messages, complete } = await deadline.within('Temporal', read);
    return { messages: inOrderOfTime(messages) as MessageFact[], complete };
  } catch (error) {
    throw problemOfTemporal(error) ?? unavailable('Temporal');
  }
}

/**
 * One workflow carries the sessions of a conversation, one after the other: a message belongs to the one within whose
 * time it was sent. What was sent after the last activity of a session that became idle is the next one's.
 */
function belongsTo({ startedAt, endedAt }: SessionRow, { before, after }: Neighbours) {
  const fromMs = before?.endedAt ? Math.min(before.endedAt.getTime() + 1, startedAt.getTime()) : 0;
  const toMs = Math.min(endedAt?.getTime() ?? Infinity, after ? after.startedAt.getTime() - 1 : Infinity);
  return ({ atMs }: MessageFact) => atMs >= fromMs && atMs <= toMs;
}

function beginningAndEnd(row: SessionRow, [first]: MessageFact[]): TimelineItem[] {
  const { startedAt, endedAt, endedBy, outcome } = row;
  // A message that was sent before it may have come after the one that opened the session.
  const openedAtMs = Math.min(startedAt.getTime(), first?.atMs ?? Infinity);
  return [
    { kind: 'opened', at: iso(openedAtMs) },
    ...(endedAt ? [{ kind: 'ended' as const, at: endedAt.toISOString(), endedBy, outcome }] : []),
  ];
}

const messageItem = ({ atMs, from, awaiting }: MessageFact): TimelineItem => ({
  kind: 'message',
  at: iso(atMs),
  from,
  awaiting: from === 'agent' ? awaiting : null,
});

/** Where the anchor moved: at agent messages that are later than all others. */
function anchorItems(messages: MessageFact[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  let anchorMs: number | null = null;
  for (const { from, atMs } of messages) {
    if (from !== 'agent') anchorMs = null;
    else if (anchorMs !== atMs && !messages.some((other) => other.atMs === atMs && other.from !== 'agent')) {
      items.push({ kind: 'anchor', at: iso(atMs), insteadOf: anchorMs === null ? null : iso(anchorMs) });
      anchorMs = atMs;
    }
  }
  return items;
}

function decisionItem(row: DecisionRow): TimelineItem[] {
  // That it was sent, its delivery tells.
  if (row.status === 'sent') return [];
  const { followupId, status, reason, detail } = row;
  const times = { dueAt: row.dueAt.toISOString(), sendAt: row.sendAt?.toISOString() ?? null };
  return [{ kind: 'decision', at: row.at.toISOString(), followupId, status, reason, detail, ...times }];
}

function deliveryItems({ delivery, attempts }: DeliveryDetails): TimelineItem[] {
  const of = { deliveryId: delivery.id, followupId: delivery.followupId };
  const { sentAt, receiptStatus, receiptAt, responseAt, surveyScore, surveyAnsweredAt } = delivery;
  const items: TimelineItem[] = attempts.map(({ claimedAt, attempt, outcome, httpStatus, durationMs }) => ({
    ...{ kind: 'attempt', at: claimedAt.toISOString(), ...of, attempt, outcome, httpStatus, durationMs },
  }));
  if (sentAt) items.push({ kind: 'sent', at: sentAt.toISOString(), ...of });
  if (receiptAt && receiptStatus)
    items.push({ kind: 'receipt', at: receiptAt.toISOString(), ...of, status: receiptStatus });
  if (responseAt) items.push({ kind: 'response', at: responseAt.toISOString(), ...of });
  if (surveyAnsweredAt && surveyScore !== null)
    items.push({ kind: 'survey_answer', at: surveyAnsweredAt.toISOString(), ...of, score: surveyScore });
  return items;
}
