import { type Availability, availabilityAt, type Hours } from '../../availability/hours';
import {
  type AgentRow,
  findAgent,
  insertAgent,
  listAgents,
  lockAgent,
  type NewAgent,
  updateAgent,
} from '../../db/queries/agents';
import { channelIdsOfAgent } from '../../db/queries/channels';
import { countPending } from '../../db/queries/pending-deliveries';
import { lockChannels, raisePlanRevisions } from '../../db/queries/plan-revisions';
import { newId } from '../../ids';
import { audit } from '../audit';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { checkIfMatch, etag } from '../etag';
import { mergePatch } from '../merge-patch';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { ApiProblem, notFound } from '../problems';
import { startRollouts } from '../rollouts';
import {
  type AgentAnswer,
  type AgentInput,
  agentAnswer,
  agentInput,
  agentListQuery,
  availabilityAnswer,
  availabilityQuery,
} from '../schemas/agents';
import { page } from '../schemas/common';
import { agentParams } from '../schemas/params';
import { queuedAnswer, queuedExactly } from '../schemas/queued';
import { validate } from '../validate';

const hoursInOrder = ({ from, to }: Hours): Hours => ({ from, to });

/** As people write it: PostgreSQL keeps the keys of jsonb in an order of its own. */
function inOrder(availability: Availability): Availability {
  if (availability.mode === 'always') return { mode: 'always' };
  return {
    mode: 'hours',
    weekly: availability.weekly.map(({ day, ...hours }) => ({ day, ...hoursInOrder(hours) })),
    exceptions: availability.exceptions.map(({ date, hours }) => ({ date, hours: hours.map(hoursInOrder) })),
  };
}

const toInput = (row: AgentRow): AgentInput => ({
  name: row.name,
  identity: { timeZone: row.timeZone, availability: inOrder(row.availability) },
  queueRelease: row.queueRelease,
  maxLatenessSeconds: row.maxLatenessSeconds,
  maxFollowupsPerSession: row.maxFollowupsPerSession,
});

const toColumns = (input: AgentInput) =>
  ({
    name: input.name,
    timeZone: input.identity.timeZone,
    availability: input.identity.availability,
    queueRelease: input.queueRelease,
    maxLatenessSeconds: input.maxLatenessSeconds,
    maxFollowupsPerSession: input.maxFollowupsPerSession,
  }) satisfies Partial<NewAgent>;

const toAnswer = (row: AgentRow): AgentAnswer => ({
  id: row.id,
  ...toInput(row),
  revision: row.revision,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Whether two versions differ in what sessions go by. */
const differsForSessions = (one: AgentInput, other: AgentInput) =>
  JSON.stringify({ ...one, name: '' }) !== JSON.stringify({ ...other, name: '' });

const tag = 'Agents';

/**
 * An agent that becomes always available has no hours any more: a patch need not take them away one by one. Those that
 * the patch itself names are left for the validation to refuse.
 */
function withoutUnusedHours(merged: unknown, patch: unknown): unknown {
  const of = (value: unknown) =>
    (value as { identity?: { availability?: Record<string, unknown> } } | null)?.identity?.availability;
  const [availability, patched] = [of(merged), of(patch)];
  if (availability?.mode !== 'always') return merged;
  for (const field of ['weekly', 'exceptions']) if (patched?.[field] === undefined) delete availability[field];
  return merged;
}

export function agentOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;
  const tagged = (row: AgentRow, status = 200, headers = {}) => ({
    status,
    body: toAnswer(row),
    headers: { ETag: etag(row.revision), ...headers },
  });

  const create = operation(
    {
      method: 'post',
      path: '/v1/agents',
      name: 'createAgent',
      tag,
      summary: 'Create an agent',
      scopes: ['admin'],
      body: agentInput,
      idempotent: true,
      answers: { 201: { description: 'Created.', schema: agentAnswer, headers: ['ETag', 'Location'] } },
    },
    async ({ body, principal, deadline, keepAnswer }) => {
      const now = new Date(deps.clock());
      const values = { id: newId('agt'), ...toColumns(body), createdAt: now, updatedAt: now };
      return deadline.database(
        db.transaction(async (tx) => {
          const row = await insertAgent(tx, values);
          const answer = tagged(row, 201, { Location: `/v1/agents/${row.id}` });
          const change = { kind: 'agent', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'create', before: null, after: toInput(row) });
          await keepAnswer(tx, answer);
          return answer;
        }),
      );
    },
  );

  const list = operation(
    {
      method: 'get',
      path: '/v1/agents',
      name: 'listAgents',
      tag,
      summary: 'List agents',
      scopes: ['read'],
      query: agentListQuery,
      answers: { 200: { description: 'A page.', schema: page(agentAnswer) } },
    },
    async ({ query, deadline }) => {
      const found = await deadline.database(listAgents(db, pageRequest(query, 'agt')));
      const { rows, nextCursor } = toPage(found, query.limit);
      return { status: 200, body: { items: rows.map(toAnswer), nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/agents/{agentId}',
      name: 'getAgent',
      tag,
      summary: 'Read an agent',
      scopes: ['read'],
      params: agentParams,
      answers: { 200: { description: 'The agent.', schema: agentAnswer, headers: ['ETag'] } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findAgent(db, params.agentId));
      if (!row) throw notFound('agent');
      return tagged(row);
    },
  );

  const edit = operation(
    {
      method: 'patch',
      path: '/v1/agents/{agentId}',
      name: 'editAgent',
      tag,
      summary: 'Edit an agent',
      description: 'Live sessions learn of new hours, time zones and limits at once.',
      scopes: ['admin'],
      params: agentParams,
      body: agentInput,
      bodyKind: 'merge-patch',
      conditional: true,
      answers: { 200: { description: 'The agent as it is now.', schema: agentAnswer, headers: ['ETag'] } },
    },
    async ({ params, body, ifMatch, principal, deadline }) => {
      const { row, raised } = await deadline.database(
        db.transaction(async (tx) => {
          const before = await lockAgent(tx, params.agentId, 'update');
          if (!before) throw notFound('agent');
          checkIfMatch(ifMatch, before.revision);
          const current = toInput(before);
          const next = validate(agentInput, withoutUnusedHours(mergePatch(current, body), body));
          if (JSON.stringify(next) === JSON.stringify(current)) return { row: before, raised: [] };
          const channelIds = differsForSessions(current, next) ? await channelIdsOfAgent(tx, before.id) : [];
          await lockChannels(tx, channelIds);
          const now = new Date(deps.clock());
          const after = await updateAgent(tx, before.id, {
            ...toColumns(next),
            revision: before.revision + 1,
            updatedAt: now,
          });
          const change = { kind: 'agent', thingId: after.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'edit', before: current, after: toInput(after) });
          await raisePlanRevisions(tx, channelIds);
          return { row: after, raised: channelIds };
        }),
      );
      startRollouts(deps, raised);
      return tagged(row);
    },
  );

  const remove = operation(
    {
      method: 'delete',
      path: '/v1/agents/{agentId}',
      name: 'deleteAgent',
      tag,
      summary: 'Delete an agent that has no channels',
      scopes: ['admin'],
      params: agentParams,
      conditional: true,
      answers: { 204: { description: 'Deleted.' } },
      problems: [409],
    },
    async ({ params, ifMatch, principal, deadline }) => {
      await deadline.database(
        db.transaction(async (tx) => {
          const row = await lockAgent(tx, params.agentId, 'update');
          if (!row) throw notFound('agent');
          checkIfMatch(ifMatch, row.revision);
          const channelIds = await channelIdsOfAgent(tx, row.id);
          if (channelIds.length > 0) {
            const some = channelIds.slice(0, 3).join(', ');
            throw new ApiProblem(
              'conflict',
              `The agent has ${channelIds.length} channel(s); delete them first: ${some}${channelIds.length > 3 ? ', …' : ''}.`,
            );
          }
          const now = new Date(deps.clock());
          await updateAgent(tx, row.id, { deletedAt: now });
          const change = { kind: 'agent', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'delete', before: toInput(row), after: null });
        }),
      );
      return { status: 204 };
    },
  );

  const availability = operation(
    {
      method: 'get',
      path: '/v1/agents/{agentId}/availability',
      name: 'getAgentAvailability',
      tag,
      summary: 'Ask whether an agent is available',
      description: 'At an instant: until when it is open, or when it opens. Adjoining hours count as one.',
      scopes: ['read'],
      params: agentParams,
      query: availabilityQuery,
      answers: { 200: { description: 'Open or closed.', schema: availabilityAnswer } },
    },
    async ({ params, query, deadline }) => {
      const row = await deadline.database(findAgent(db, params.agentId));
      if (!row) throw notFound('agent');
      const atMs = query.at === undefined ? deps.clock() : Date.parse(query.at);
      const state = availabilityAt(row.availability, row.timeZone, atMs);
      const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
      return {
        status: 200,
        body: {
          at: new Date(atMs).toISOString(),
          open: state.open,
          until: state.open ? iso(state.untilMs) : null,
          opensAt: state.open ? null : iso(state.opensAtMs),
        },
      };
    },
  );

  const queued = operation(
    {
      method: 'get',
      path: '/v1/agents/{agentId}/queued',
      name: 'getAgentQueued',
      tag,
      summary: 'Ask what an edit of the hours of an agent would move',
      description: queuedExactly,
      scopes: ['read'],
      params: agentParams,
      answers: { 200: { description: 'How many deliveries.', schema: queuedAnswer } },
    },
    async ({ params, deadline }) => {
      if (!(await deadline.database(findAgent(db, params.agentId)))) throw notFound('agent');
      const pending = countPending(db, { agentId: params.agentId, followupId: undefined });
      return { status: 200, body: { queued: await deadline.database(pending) } };
    },
  );

  return [create, list, read, edit, remove, availability, queued];
}
