import { randomBytes } from 'node:crypto';
import {
  type ApiKeyRow,
  configuredKeyId,
  findKey,
  hashOfKey,
  insertKey,
  listKeys,
  prefixOfKey,
  revokeKey,
} from '../../db/queries/api-keys';
import { existingChannelIds } from '../../db/queries/channels';
import { newId } from '../../ids';
import { audit } from '../audit';
import type { Authenticator } from '../authenticate';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { ApiProblem, invalidField, notFound } from '../problems';
import { exampleIds, page } from '../schemas/common';
import { type KeyAnswer, keyAnswer, keyCreatedAnswer, keyInput, keyListQuery } from '../schemas/keys';
import { keyParams } from '../schemas/params';

const iso = (at: Date | null) => at?.toISOString() ?? null;

const toAnswer = (row: ApiKeyRow): KeyAnswer => ({
  id: row.id,
  name: row.name,
  scope: row.scope,
  channelIds: row.channelIds,
  prefix: row.prefix,
  expiresAt: iso(row.expiresAt),
  revokedAt: iso(row.revokedAt),
  lastUsedAt: iso(row.lastUsedAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** What is said of a key in the audit log. */
const audited = ({ name, scope, channelIds, expiresAt, revokedAt }: ApiKeyRow) => ({
  name,
  scope,
  channelIds,
  expiresAt: iso(expiresAt),
  revokedAt: iso(revokedAt),
});

const newKey = () => `fup_${randomBytes(32).toString('base64url')}`;

const tag = 'Keys';

export function keyOperations(deps: ApiDeps, authenticator: Authenticator): Operation[] {
  const { db } = deps.database;

  const create = operation(
    {
      method: 'post',
      path: '/v1/keys',
      name: 'createKey',
      tag,
      summary: 'Create an API key',
      description: 'The answer shows the key, once.',
      scopes: ['admin'],
      body: keyInput,
      idempotent: true,
      answers: { 201: { description: 'Created.', schema: keyCreatedAnswer, headers: ['Location'] } },
    },
    async ({ body, principal, deadline, keepAnswer }) => {
      const now = new Date(deps.clock());
      const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
      if (expiresAt && expiresAt <= now) {
        throw invalidField(
          'expiresAt',
          'in_the_past',
          `"expiresAt" must lie ahead, for example "${new Date(now.getTime() + 31_536_000_000).toISOString()}".`,
        );
      }
      if (body.channelIds) {
        const existing = await deadline.database(existingChannelIds(db, body.channelIds));
        const unknown = body.channelIds.filter((channelId) => !existing.includes(channelId));
        if (unknown.length > 0) {
          throw invalidField(
            'channelIds',
            'unknown_channel',
            `"channelIds" names no channel with ${unknown.slice(0, 5).join(', ')}: give ids as answered by GET /v1/channels, for example "channelIds": ${JSON.stringify([exampleIds.ch])}.`,
          );
        }
      }
      const key = newKey();
      const values = {
        id: newId('key'),
        name: body.name,
        prefix: prefixOfKey(key),
        hash: hashOfKey(key),
        scope: body.scope,
        channelIds: body.channelIds === null ? null : [...new Set(body.channelIds)],
        expiresAt,
        createdAt: now,
        updatedAt: now,
      };
      return deadline.database(
        db.transaction(async (tx) => {
          const row = await insertKey(tx, values);
          const change = { kind: 'key', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, action: 'create', before: null, after: audited(row) });
          const answer = {
            status: 201,
            body: { ...toAnswer(row), key },
            headers: { Location: `/v1/keys/${row.id}` },
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
      path: '/v1/keys',
      name: 'listKeys',
      tag,
      summary: 'List API keys',
      description: 'Revoked and expired ones too; never the keys themselves.',
      scopes: ['read'],
      query: keyListQuery,
      answers: { 200: { description: 'A page.', schema: page(keyAnswer) } },
    },
    async ({ query, deadline }) => {
      const found = await deadline.database(listKeys(db, pageRequest(query, 'key')));
      const { rows, nextCursor } = toPage(found, query.limit);
      return { status: 200, body: { items: rows.map(toAnswer), nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/keys/{keyId}',
      name: 'getKey',
      tag,
      summary: 'Read what is known of an API key',
      scopes: ['read'],
      params: keyParams,
      answers: { 200: { description: 'The key, but not itself.', schema: keyAnswer } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findKey(db, params.keyId));
      if (!row) throw notFound('key');
      return { status: 200, body: toAnswer(row) };
    },
  );

  const revoke = operation(
    {
      method: 'delete',
      path: '/v1/keys/{keyId}',
      name: 'revokeKey',
      tag,
      summary: 'Revoke an API key',
      description:
        'At once in the process that answers, within 5 seconds in every other. Again changes nothing. The key of ADMIN_API_KEY is changed there.',
      scopes: ['admin'],
      params: keyParams,
      answers: { 204: { description: 'Revoked.' } },
      problems: [409],
    },
    async ({ params, principal, deadline }) => {
      if (params.keyId === configuredKeyId) {
        throw new ApiProblem('conflict', 'This key is set by ADMIN_API_KEY: set another one there, and start again.');
      }
      const at = new Date(deps.clock());
      await deadline.database(
        db.transaction(async (tx) => {
          const revoked = await revokeKey(tx, params.keyId, at);
          const row = await findKey(tx, params.keyId);
          if (!row) throw notFound('key');
          if (!revoked) return;
          const [before, after] = [audited({ ...row, revokedAt: null }), audited(row)];
          await audit(tx, principal, { action: 'revoke', kind: 'key', thingId: row.id, at, before, after });
        }),
      );
      authenticator.forget(params.keyId);
      return { status: 204 };
    },
  );

  return [create, list, read, revoke];
}
