import type { Queryable } from '../../db/client';
import {
  type AssignedChannel,
  assignChannels,
  assignedChannels,
  type FollowupRow,
  findFollowup,
  insertFollowup,
  listFollowups,
  lockFollowup,
  type NewFollowup,
  unassignChannels,
  updateFollowup,
} from '../../db/queries/followups';
import { type ChannelRow, lockChannels, raisePlanRevisions } from '../../db/queries/plan-revisions';
import { newId } from '../../ids';
import { type AuditAction, audit } from '../audit';
import type { Principal } from '../authenticate';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { checkIfMatch, etag } from '../etag';
import { followupWarnings } from '../followup-warnings';
import { isObject, mergePatch } from '../merge-patch';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { invalidField, notFound } from '../problems';
import { startRollouts } from '../rollouts';
import { exampleIds, page } from '../schemas/common';
import {
  type FollowupAnswer,
  type FollowupInput,
  followupAnswer,
  followupInput,
  followupListQuery,
  followupWithoutChannelsInput,
} from '../schemas/followups';
import { followupParams } from '../schemas/params';
import { validate } from '../validate';

const toColumns = (input: FollowupInput) =>
  ({
    title: input.title,
    message: input.message,
    delaySeconds: input.delaySeconds,
    surveyType: input.surveyType,
    trigger: input.trigger,
    cooldownSeconds: input.cooldownSeconds,
    maxLatenessSeconds: input.maxLatenessSeconds,
    status: input.status,
  }) satisfies Partial<NewFollowup>;

const toInput = (row: FollowupRow, channelIds: string[]): FollowupInput => ({
  title: row.title,
  message: row.message,
  delaySeconds: row.delaySeconds,
  surveyType: row.surveyType,
  trigger: row.trigger,
  cooldownSeconds: row.cooldownSeconds,
  maxLatenessSeconds: row.maxLatenessSeconds,
  channelIds,
  status: row.status,
});

function toAnswer(row: FollowupRow, channels: AssignedChannel[]): FollowupAnswer {
  return {
    id: row.id,
    agentId: row.agentId,
    ...toInput(
      row,
      channels.map((channel) => channel.id),
    ),
    revision: row.revision,
    warnings: followupWarnings(row.delaySeconds, channels),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** @throws ApiProblem 422 unless every one of `wanted` is a channel that is there, all of one agent */
function checkChannels(wanted: string[], found: ChannelRow[], agentId: string | undefined): void {
  const present = found.filter((channel) => wanted.includes(channel.id) && !channel.deletedAt);
  const unknown = wanted.filter((channelId) => !present.some((channel) => channel.id === channelId));
  const example = `for example "channelIds": ${JSON.stringify([exampleIds.ch])}`;
  if (unknown.length > 0) {
    throw invalidField(
      'channelIds',
      'unknown_channel',
      `"channelIds" names no channel with ${unknown.slice(0, 5).join(', ')}: give ids as answered by GET /v1/channels, ${example}.`,
    );
  }
  const agentIds = [...new Set([...(agentId === undefined ? [] : [agentId]), ...present.map((row) => row.agentId)])];
  if (agentIds.length > 1) {
    throw invalidField(
      'channelIds',
      'several_agents',
      `"channelIds" names channels of several agents (${agentIds.slice(0, 5).join(', ')}): give channels of one agent, ${example}.`,
    );
  }
}

const sorted = (ids: string[]) => [...ids].sort();

/** What is said of a followup in its history: channels have no order there. */
const audited = (row: FollowupRow, channelIds: string[]) => toInput(row, sorted(channelIds));

const tag = 'Followups';

export function followupOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const channelsOf = async (tx: Queryable, row: FollowupRow) =>
    (await assignedChannels(tx, [row.id])).get(row.id) ?? [];

  const tagged = (answer: FollowupAnswer, status = 200, headers = {}) => ({
    status,
    body: answer,
    headers: { ETag: etag(answer.revision), ...headers },
  });

  const create = operation(
    {
      method: 'post',
      path: '/v1/followups',
      name: 'createFollowup',
      tag,
      summary: 'Create a followup',
      description: 'Active, and at work at once, unless told otherwise.',
      scopes: ['admin'],
      body: followupInput,
      idempotent: true,
      answers: { 201: { description: 'Created.', schema: followupAnswer, headers: ['ETag', 'Location'] } },
    },
    async ({ body, principal, deadline, keepAnswer }) => {
      const answer = await deadline.database(
        db.transaction(async (tx) => {
          const found = await lockChannels(tx, body.channelIds);
          checkChannels(body.channelIds, found, undefined);
          const agentId = found[0]?.agentId ?? '';
          const now = new Date(deps.clock());
          const row = await insertFollowup(tx, {
            id: newId('flw'),
            agentId,
            ...toColumns(body),
            activatedAt: now,
            delayEditedAt: now,
            createdAt: now,
            updatedAt: now,
          });
          await assignChannels(tx, row, body.channelIds, now);
          await raisePlanRevisions(tx, body.channelIds);
          const made = toAnswer(row, await channelsOf(tx, row));
          const change = { kind: 'followup', thingId: row.id, at: now } as const;
          const after = audited(row, made.channelIds);
          await audit(tx, principal, { ...change, action: 'create', before: null, after });
          const answer = tagged(made, 201, { Location: `/v1/followups/${made.id}` });
          await keepAnswer(tx, answer);
          return answer;
        }),
      );
      startRollouts(deps, answer.body.channelIds);
      return answer;
    },
  );

  const list = operation(
    {
      method: 'get',
      path: '/v1/followups',
      name: 'listFollowups',
      tag,
      summary: 'List followups',
      scopes: ['read'],
      query: followupListQuery,
      answers: { 200: { description: 'A page.', schema: page(followupAnswer) } },
    },
    async ({ query, deadline }) => {
      const { agentId, channelId, status, q } = query;
      const filter = { agentId, channelId, status, q };
      const found = await deadline.database(listFollowups(db, filter, pageRequest(query, 'flw')));
      const { rows, nextCursor } = toPage(found, query.limit);
      const channels = await deadline.database(
        assignedChannels(
          db,
          rows.map((row) => row.id),
        ),
      );
      return { status: 200, body: { items: rows.map((row) => toAnswer(row, channels.get(row.id) ?? [])), nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/followups/{followupId}',
      name: 'getFollowup',
      tag,
      summary: 'Read a followup',
      scopes: ['read'],
      params: followupParams,
      answers: { 200: { description: 'The followup.', schema: followupAnswer, headers: ['ETag'] } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findFollowup(db, params.followupId));
      if (!row) throw notFound('followup');
      return tagged(toAnswer(row, await deadline.database(channelsOf(db, row))));
    },
  );

  /** Locks, merges, checks, writes, and tells the sessions of every channel that it was or is on. */
  async function change(
    followupId: string,
    patch: unknown,
    ifMatch: string | undefined,
    by: { principal: Principal; action: AuditAction },
  ) {
    return db.transaction(async (tx) => {
      const before = await lockFollowup(tx, followupId);
      if (!before) throw notFound('followup');
      checkIfMatch(ifMatch, before.revision);
      const channels = await channelsOf(tx, before);
      const current = toInput(
        before,
        channels.map((channel) => channel.id),
      );
      const movesChannels = isObject(patch) && 'channelIds' in patch;
      const next = validate(movesChannels ? followupInput : followupWithoutChannelsInput, mergePatch(current, patch));
      const normalised = { ...next, channelIds: sorted(next.channelIds) };
      if (JSON.stringify(normalised) === JSON.stringify({ ...current, channelIds: sorted(current.channelIds) })) {
        return { answer: toAnswer(before, channels), raised: [] };
      }

      const concerned = [...new Set([...current.channelIds, ...next.channelIds])];
      const found = await lockChannels(tx, concerned);
      checkChannels(movesChannels ? next.channelIds : [], found, before.agentId);
      const now = new Date(deps.clock());
      const row = await updateFollowup(tx, before.id, {
        ...toColumns(next),
        ...(next.status === 'active' && before.status === 'inactive' ? { activatedAt: now } : {}),
        ...(next.delaySeconds !== before.delaySeconds ? { delayEditedAt: now } : {}),
        revision: before.revision + 1,
        updatedAt: now,
      });
      const left = current.channelIds.filter((channelId) => !next.channelIds.includes(channelId));
      const joined = next.channelIds.filter((channelId) => !current.channelIds.includes(channelId));
      await unassignChannels(tx, row.id, left);
      await assignChannels(tx, row, joined, now);
      await raisePlanRevisions(tx, concerned);
      const answer = toAnswer(row, await channelsOf(tx, row));
      await audit(tx, by.principal, {
        ...{ action: by.action, kind: 'followup', thingId: row.id, at: now },
        ...{ before: audited(before, current.channelIds), after: audited(row, answer.channelIds) },
      });
      return { answer, raised: concerned };
    });
  }

  const edit = operation(
    {
      method: 'patch',
      path: '/v1/followups/{followupId}',
      name: 'editFollowup',
      tag,
      summary: 'Edit a followup',
      description:
        'Concerns live sessions at once. Activating it, giving it a channel or another delay never makes it fire for due times that have passed.',
      scopes: ['admin'],
      params: followupParams,
      body: followupInput,
      bodyKind: 'merge-patch',
      conditional: true,
      answers: { 200: { description: 'The followup as it is now.', schema: followupAnswer, headers: ['ETag'] } },
    },
    async ({ params, body, ifMatch, principal, deadline }) => {
      const by = { principal, action: 'edit' } as const;
      const { answer, raised } = await deadline.database(change(params.followupId, body, ifMatch, by));
      startRollouts(deps, raised);
      return tagged(answer);
    },
  );

  const switching = (verb: 'activate' | 'deactivate', status: 'active' | 'inactive', summary: string) =>
    operation(
      {
        method: 'post',
        path: `/v1/followups/{followupId}/${verb}`,
        name: `${verb}Followup`,
        tag,
        summary,
        description: 'Again changes nothing.',
        scopes: ['admin'],
        params: followupParams,
        conditional: true,
        answers: { 200: { description: 'The followup as it is now.', schema: followupAnswer, headers: ['ETag'] } },
      },
      async ({ params, ifMatch, principal, deadline }) => {
        const by = { principal, action: verb };
        const { answer, raised } = await deadline.database(change(params.followupId, { status }, ifMatch, by));
        startRollouts(deps, raised);
        return tagged(answer);
      },
    );

  const remove = operation(
    {
      method: 'delete',
      path: '/v1/followups/{followupId}',
      name: 'deleteFollowup',
      tag,
      summary: 'Delete a followup',
      description: 'Nothing more of it is sent; its history stays.',
      scopes: ['admin'],
      params: followupParams,
      conditional: true,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ params, ifMatch, principal, deadline }) => {
      const raised = await deadline.database(
        db.transaction(async (tx) => {
          const row = await lockFollowup(tx, params.followupId);
          if (!row) throw notFound('followup');
          checkIfMatch(ifMatch, row.revision);
          const channelIds = (await channelsOf(tx, row)).map((channel) => channel.id);
          await lockChannels(tx, channelIds);
          const now = new Date(deps.clock());
          await updateFollowup(tx, row.id, { deletedAt: now });
          await raisePlanRevisions(tx, channelIds);
          const change = { kind: 'followup', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'delete', before: audited(row, channelIds), after: null });
          return channelIds;
        }),
      );
      startRollouts(deps, raised);
      return { status: 204 };
    },
  );

  return [
    create,
    list,
    read,
    edit,
    remove,
    switching('activate', 'active', 'Switch a followup on'),
    switching('deactivate', 'inactive', 'Switch a followup off'),
  ];
}
