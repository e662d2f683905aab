import { randomBytes } from 'node:crypto';
import { lockAgent } from '../../db/queries/agents';
import {
  type ChannelRow,
  findChannel,
  insertChannel,
  listChannels,
  type NewChannel,
  updateChannel,
} from '../../db/queries/channels';
import { lockChannels } from '../../db/queries/plan-revisions';
import { newId } from '../../ids';
import { audit } from '../audit';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { checkIfMatch, etag } from '../etag';
import { isObject, mergePatch } from '../merge-patch';
import type { MessageChannels } from '../message-channels';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { type FieldError, invalid, invalidField, notFound } from '../problems';
import { startRollouts } from '../rollouts';
import { defaultTranscriptRetentionSeconds } from '../schemas/channel-type';
import {
  type ChannelAnswer,
  type ChannelInput,
  channelAnswer,
  channelCreatedAnswer,
  channelInput,
  channelListQuery,
} from '../schemas/channels';
import { exampleIds, page } from '../schemas/common';
import { channelParams } from '../schemas/params';
import { validate } from '../validate';

type Settings = Pick<
  ChannelRow,
  | 'sessionIdleSeconds'
  | 'messagingWindowSeconds'
  | 'outsideWindow'
  | 'ambiguousSend'
  | 'maxSendsPerSecond'
  | 'responseWindowSeconds'
  | 'surveyLinkSeconds'
  | 'hashConversationIds'
  | 'playground'
  | 'ignoreAvailability'
>;

const settings = (from: Settings): Settings => ({
  sessionIdleSeconds: from.sessionIdleSeconds,
  messagingWindowSeconds: from.messagingWindowSeconds,
  outsideWindow: from.outsideWindow,
  ambiguousSend: from.ambiguousSend,
  maxSendsPerSecond: from.maxSendsPerSecond,
  responseWindowSeconds: from.responseWindowSeconds,
  surveyLinkSeconds: from.surveyLinkSeconds,
  hashConversationIds: from.hashConversationIds,
  playground: from.playground,
  ignoreAvailability: from.ignoreAvailability,
});

const toColumns = (input: ChannelInput) =>
  ({
    agentId: input.agentId,
    name: input.name,
    type: input.type,
    endpointUrl: input.endpoint?.url ?? null,
    transcriptRetentionSeconds: input.transcriptRetentionSeconds ?? defaultTranscriptRetentionSeconds,
    allowedOrigins: input.allowedOrigins ?? [],
    ...settings(input),
  }) satisfies Partial<NewChannel>;

const toWhole = (row: ChannelRow) => ({
  agentId: row.agentId,
  name: row.name,
  type: row.type,
  endpoint: row.endpointUrl === null ? null : { url: row.endpointUrl },
  ...settings(row),
  transcriptRetentionSeconds: row.type === 'webchat' ? row.transcriptRetentionSeconds : null,
  allowedOrigins: row.type === 'webchat' ? row.allowedOrigins : null,
});

/** A channel as the API shows it. */
export const toAnswer = (row: ChannelRow): ChannelAnswer => ({
  id: row.id,
  ...toWhole(row),
  paused: row.pausedAt === null ? null : { at: row.pausedAt.toISOString(), reason: row.pausedReason },
  revision: row.revision,
  planRevision: row.planRevision,
  rolledOutRevision: row.rolledOutRevision,
  planChangedAt: row.planChangedAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** What is said of a channel in the audit log. */
export const audited = (row: ChannelRow) => ({
  ...toWhole(row),
  pausedAt: row.pausedAt?.toISOString() ?? null,
});

/** A Standard Webhooks secret: `whsec_` and base64 of 24 to 64 random bytes. */
export const newSigningSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** What a channel is for good: sessions and history are keyed by it. */
const unchangeable = ['agentId', 'type', 'hashConversationIds', 'playground'] as const;

const cannotBeChanged = (field: string, given: unknown): FieldError => ({
  path: field,
  code: 'unchangeable',
  message: `"${field}" cannot be changed: leave it out, or create another channel with it, for example with "${field}": ${JSON.stringify(given)}.`,
});

function refuseUnchangeable(before: ChannelRow, next: ChannelInput): void {
  const errors = unchangeable
    .filter((field) => before[field] !== next[field])
    .map((field) => cannotBeChanged(field, next[field]));
  if (errors.length > 0) throw invalid(errors);
}

function refuseOtherType(before: ChannelRow, merged: unknown): void {
  const given = isObject(merged) ? merged.type : undefined;
  const isAnother = (given === 'webhook' || given === 'webchat') && given !== before.type;
  if (isAnother) throw invalid([cannotBeChanged('type', given)]);
}

/** What a channel is without its troubles. */
export const resumed = { pausedAt: null, pausedReason: null, consecutiveFailures: 0, probeUntil: null } as const;

/** What sessions go by, to compare two versions with. */
const forSessions = (from: Settings & { endpointUrl: string | null }) =>
  JSON.stringify({ endpointUrl: from.endpointUrl, ...settings(from) });

export const hasTrouble = (row: ChannelRow) => row.pausedAt !== null || row.consecutiveFailures > 0;

const tag = 'Channels';

export function channelOperations(deps: ApiDeps, messageChannels: MessageChannels): Operation[] {
  const { db } = deps.database;

  const create = operation(
    {
      method: 'post',
      path: '/v1/channels',
      name: 'createChannel',
      tag,
      summary: 'Create a channel of an agent',
      description: 'The answer shows the signing secret, once; a web chat has none.',
      scopes: ['admin'],
      body: channelInput,
      idempotent: true,
      answers: { 201: { description: 'Created.', schema: channelCreatedAnswer, headers: ['ETag', 'Location'] } },
    },
    async ({ body, principal, deadline, keepAnswer }) => {
      const signingSecret = newSigningSecret();
      return deadline.database(
        db.transaction(async (tx) => {
          if (!(await lockAgent(tx, body.agentId, 'share'))) {
            throw invalidField(
              'agentId',
              'unknown_agent',
              `"agentId" names no agent: give the id of one that exists, as answered by POST /v1/agents, for example ${JSON.stringify(exampleIds.agt)}.`,
            );
          }
          const now = new Date(deps.clock());
          const row = await insertChannel(tx, {
            id: newId('ch'),
            ...toColumns(body),
            signingSecret: deps.secretBox.encrypt(signingSecret),
            createdAt: now,
            updatedAt: now,
          });
          const change = { kind: 'channel', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'create', before: null, after: audited(row) });
          const answer = {
            status: 201,
            body: { ...toAnswer(row), signingSecret: row.type === 'webchat' ? null : signingSecret },
            headers: { ETag: etag(row.revision), Location: `/v1/channels/${row.id}` },
          };
          await keepAnswer(tx, answer);
          return answer;
        }),
      );
    },
  );

  const list = operation(
    {
      method: 'get',
      path: '/v1/channels',
      name: 'listChannels',
      tag,
      summary: 'List channels',
      description: 'A gateway key sees the channels that it is bound to.',
      scopes: ['read', 'gateway'],
      query: channelListQuery,
      answers: { 200: { description: 'A page.', schema: page(channelAnswer) } },
    },
    async ({ query, principal, deadline }) => {
      const playground = query.playground === undefined ? undefined : query.playground === 'true';
      const filter = { agentId: query.agentId, playground, channelIds: principal.channelIds };
      const found = await deadline.database(listChannels(db, filter, pageRequest(query, 'ch')));
      const { rows, nextCursor } = toPage(found, query.limit);
      return { status: 200, body: { items: rows.map(toAnswer), nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}',
      name: 'getChannel',
      tag,
      summary: 'Read a channel',
      scopes: ['read', 'gateway'],
      params: channelParams,
      answers: { 200: { description: 'The channel.', schema: channelAnswer, headers: ['ETag'] } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findChannel(db, params.channelId));
      if (!row) throw notFound('channel');
      return { status: 200, body: toAnswer(row), headers: { ETag: etag(row.revision) } };
    },
  );

  const edit = operation(
    {
      method: 'patch',
      path: '/v1/channels/{channelId}',
      name: 'editChannel',
      tag,
      summary: 'Edit a channel',
      description: 'Giving the endpoint, even the same again, resumes a paused channel.',
      scopes: ['admin'],
      params: channelParams,
      body: channelInput,
      bodyKind: 'merge-patch',
      conditional: true,
      answers: { 200: { description: 'The channel as it is now.', schema: channelAnswer, headers: ['ETag'] } },
    },
    async ({ params, body, ifMatch, principal, deadline }) => {
      const { row, raised } = await deadline.database(
        db.transaction(async (tx) => {
          const [before] = await lockChannels(tx, [params.channelId]);
          if (!before || before.deletedAt) throw notFound('channel');
          checkIfMatch(ifMatch, before.revision);
          const merged = mergePatch(toWhole(before), body);
          // First, since what else a channel has depends on it.
          refuseOtherType(before, merged);
          const next = validate(channelInput, merged);
          refuseUnchangeable(before, next);
          const columns = toColumns(next);
          const resumes = isObject(body) && 'endpoint' in body && hasTrouble(before);
          // A name, and how a web chat keeps and shows itself, are no concern of any session.
          const concerns = resumes || forSessions(before) !== forSessions(columns);
          const same = JSON.stringify(toColumns(toWhole(before))) === JSON.stringify(columns);
          if (!concerns && same) return { row: before, raised: [] };
          const after = await updateChannel(tx, before.id, {
            ...columns,
            ...(resumes ? resumed : {}),
            planRevision: before.planRevision + (concerns ? 1 : 0),
            ...(concerns ? { planChangedAt: new Date(deps.clock()) } : {}),
            revision: before.revision + 1,
            updatedAt: new Date(deps.clock()),
          });
          const change = { kind: 'channel', thingId: after.id, at: after.updatedAt } as const;
          await audit(tx, principal, { ...change, action: 'edit', before: audited(before), after: audited(after) });
          return { row: after, raised: concerns ? [before.id] : [] };
        }),
      );
      startRollouts(deps, raised);
      return { status: 200, body: toAnswer(row), headers: { ETag: etag(row.revision) } };
    },
  );

  const remove = operation(
    {
      method: 'delete',
      path: '/v1/channels/{channelId}',
      name: 'deleteChannel',
      tag,
      summary: 'Delete a channel',
      description: 'Its sessions end and nothing more is sent; its history stays.',
      scopes: ['admin'],
      params: channelParams,
      conditional: true,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ params, ifMatch, principal, deadline }) => {
      await deadline.database(
        db.transaction(async (tx) => {
          const [row] = await lockChannels(tx, [params.channelId]);
          if (!row || row.deletedAt) throw notFound('channel');
          checkIfMatch(ifMatch, row.revision);
          const now = new Date(deps.clock());
          await updateChannel(tx, row.id, {
            deletedAt: now,
            planRevision: row.planRevision + 1,
            planChangedAt: new Date(deps.clock()),
          });
          const change = { kind: 'channel', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'delete', before: audited(row), after: null });
        }),
      );
      messageChannels.forget(params.channelId);
      startRollouts(deps, [params.channelId]);
      return { status: 204 };
    },
  );

  return [create, list, read, edit, remove];
}
