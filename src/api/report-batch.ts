import { conversationsOfDeliveries } from '../db/queries/deliveries';
import { sessionsBeingSentTo, waitForSender } from '../db/queries/fence';
import { type Principal, requireChannel } from './authenticate';
import type { Addresses } from './conversations';
import type { ApiDeps } from './deps';
import { problemOfDatabase, problemOfTemporal } from './failures';
import { inParallel } from './in-parallel';
import { claimsToBeEcho, toEvent, unknownDelivery } from './message-events';
import type { SignalTarget } from './ports';
import { ApiProblem, invalidField, problemOfOne, unavailable } from './problems';
import type { RequestDeadline } from './request-deadline';
import { type BatchMessage, batchMessage, type MessageResult } from './schemas/batch';
import type { MessageEvent } from './schemas/messages';
import { validate } from './validate';

/** Conversations that are signalled at the same time. */
const signalsAtOnce = 16;
/** Each holds a connection of the pool while it waits. */
const waitsAtOnce = 4;
/** How much of the request's time the signals leave for the fences. */
const fenceReserveMs = 1_000;

type Deps = Pick<ApiDeps, 'database' | 'sessions' | 'publicUrl' | 'clock' | 'logger'>;

/** The messages of one conversation, and where they stand in the batch. */
type Group = { target: SignalTarget; events: MessageEvent[]; indexes: number[] };

/** What became of a message: where it went, or why not. */
type Outcome = SignalTarget | ApiProblem;

/**
 * Reports many messages: those of one conversation by one signal, so that they are applied as a whole, in order of time,
 * before anything is decided. Each has a result of its own, as if it had been sent alone.
 *
 * @param accept is called for each message that counts now, with its sender; `echo` for a followup's own
 * @throws what concerns them all: the database is away
 */
export async function reportBatch(
  deps: Deps,
  addresses: Addresses,
  messages: readonly unknown[],
  principal: Principal,
  deadline: RequestDeadline,
  accept: (from: MessageEvent['from'] | 'echo') => void,
): Promise<MessageResult[]> {
  const outcomes = new Map<number, Outcome>();
  const groups = await groupByConversation(deps, addresses, messages, principal, deadline, outcomes, accept);
  const settle = (group: Group, problem?: ApiProblem) => {
    for (const index of group.indexes) outcomes.set(index, problem ?? group.target);
    if (!problem) for (const { from } of group.events) accept(from);
  };

  const durable: Group[] = [];
  await inParallel(groups, signalsAtOnce, async (group) => {
    const problem = await signal(deps, group, deadline);
    if (problem) settle(group, problem);
    else durable.push(group);
  });
  const replied = durable.filter(({ events }) => events.some(({ from }) => from !== 'agent'));
  const unpassed = await passFences(deps, replied, deadline);
  for (const group of durable) settle(group, unpassed.get(group));

  return messages.map((_, index) => toResult(deps, index, outcomes.get(index)));
}

async function groupByConversation(
  deps: Deps,
  addresses: Addresses,
  messages: readonly unknown[],
  principal: Principal,
  deadline: RequestDeadline,
  outcomes: Map<number, Outcome>,
  accept: (from: 'echo') => void,
): Promise<Group[]> {
  const nowMs = deps.clock();
  const valid: { index: number; message: BatchMessage }[] = [];
  const attempt = (index: number, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      outcomes.set(index, error);
    }
  };
  messages.forEach((given, index) => {
    attempt(index, () => {
      const message = validate(batchMessage, given);
      requireChannel(principal, message.channelId);
      valid.push({ index, message });
    });
  });

  const channelIds = [...new Set(valid.map(({ message }) => message.channelId))];
  const deliveryIds = valid.flatMap(({ message }) => (claimsToBeEcho(message) ? [message.deliveryId] : []));
  const addressOf = await addresses.ofAll(channelIds, deadline);
  const deliveries =
    deliveryIds.length === 0
      ? new Map<string, never>()
      : await deadline.database(conversationsOfDeliveries(deps.database.db, deliveryIds));

  const groups = new Map<string, Group>();
  for (const { index, message } of valid) {
    attempt(index, () => {
      const { target, channelType } = addressOf(message);
      if (channelType === 'webchat') throw notInBatch();
      const event = toEvent(message, nowMs);
      if (claimsToBeEcho(message)) {
        const known = deliveries.get(message.deliveryId);
        if (known?.channelId !== target.channelId || known.conversationId !== target.conversationId) {
          throw unknownDelivery();
        }
        outcomes.set(index, target);
        accept('echo');
        return;
      }
      const group = groups.get(target.workflowId) ?? { target, events: [], indexes: [] };
      group.events.push(event);
      group.indexes.push(index);
      groups.set(target.workflowId, group);
    });
  }
  return [...groups.values()];
}

const notInBatch = (): ApiProblem =>
  invalidField(
    'channelId',
    'not_of_webchat',
    '"channelId" names a web chat, whose messages are said one by one, with their text: use POST /v1/channels/{channelId}/conversations/{conversationId}/messages, or give a channel of the type "webhook".',
  );

/** @returns what went wrong, for the caller to send these messages again */
async function signal(
  deps: Deps,
  { target, events }: Group,
  deadline: RequestDeadline,
): Promise<ApiProblem | undefined> {
  // Where Temporal says nothing, nobody waits for it more than once.
  if (deadline.remainingMs() <= fenceReserveMs) return unavailable('Temporal');
  const [event, ...others] = events;
  if (!event) return undefined;
  const sent =
    others.length === 0
      ? deps.sessions.signalMessage({ ...target, event })
      : deps.sessions.signalMessages({ ...target, events });
  try {
    await deadline.within('Temporal', sent, fenceReserveMs);
    return undefined;
  } catch (error) {
    const problem = problemOfTemporal(error);
    if (problem) return problem;
    deps.logger.error({ err: error }, 'The messages of a conversation could not be signalled');
    return new ApiProblem('internal_error', 'Something went wrong here. The log has more under the requestId.');
  }
}

/** A sender that has asked its session already writes its request first, so that it does not begin after our answer. */
async function passFences(deps: Deps, groups: Group[], deadline: RequestDeadline): Promise<Map<Group, ApiProblem>> {
  const problems = new Map<Group, ApiProblem>();
  if (groups.length === 0) return problems;
  const { sql } = deps.database;
  const workflowIds = groups.map(({ target }) => target.workflowId);
  try {
    const busy = new Set(await deadline.database(sessionsBeingSentTo(sql, workflowIds)));
    const waiting = groups.filter(({ target }) => busy.has(target.workflowId));
    await inParallel(waiting, waitsAtOnce, async (group) => {
      try {
        await waitForSender(sql, group.target.workflowId, deadline.remainingMs());
      } catch (error) {
        problems.set(group, fenceProblem(error));
      }
    });
  } catch (error) {
    for (const group of groups) problems.set(group, fenceProblem(error));
  }
  return problems;
}

/** The messages are kept, but a request may still begin: sent again they count once, and are then acknowledged. */
function fenceProblem(error: unknown): ApiProblem {
  const problem = problemOfDatabase(error);
  if (!problem) throw error;
  return problem;
}

function toResult(deps: Pick<Deps, 'publicUrl'>, index: number, outcome: Outcome | undefined): MessageResult {
  if (outcome === undefined) throw new Error('A message has no result.');
  if (outcome instanceof ApiProblem) {
    return { index, status: outcome.status, problem: problemOfOne(outcome, deps.publicUrl) };
  }
  const { conversationId, workflowId } = outcome;
  return { index, status: 202, conversationId, workflowId };
}
