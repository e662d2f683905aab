import { type AuditFilter, type AuditRow, listAuditEntries } from '../../db/queries/audit';
import { followupExisted } from '../../db/queries/followups';
import { conversationThingId } from '../audit';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { invalidField, notFound } from '../problems';
import type { RequestDeadline } from '../request-deadline';
import { type AuditEntryAnswer, auditEntryAnswer, auditListQuery, historyQuery } from '../schemas/audit';
import { page } from '../schemas/common';
import { followupParams } from '../schemas/params';
import { timeRange } from '../time-range';

const toAnswer = ({ at, action, ...row }: AuditRow): AuditEntryAnswer => ({
  id: row.id,
  at: at.toISOString(),
  keyId: row.keyId,
  keyName: row.keyName,
  action: action as AuditEntryAnswer['action'],
  kind: row.kind,
  thingId: row.thingId,
  changes: row.changes,
});

const encodeCursor = (id: number) => Buffer.from(`audit.${id}`).toString('base64url');

function decodeCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const id = /^audit\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (id !== undefined) return Number(id);
  throw invalidField(
    'cursor',
    'invalid_cursor',
    'Give the nextCursor of the page before, unchanged, or leave it out, for example ?limit=50',
  );
}

/** The names that a thing may have in the log. */
function namesOf(deps: ApiDeps, thingId: string): string[] {
  const [, channelId, conversationId] = /^(ch_[0-9a-f]{32})\/(.+)$/s.exec(thingId) ?? [];
  if (channelId === undefined || conversationId === undefined) return [thingId];
  return [thingId, conversationThingId(deps, { channelId, conversationId })];
}

export function auditOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  async function entries(
    filter: AuditFilter,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
    deadline: RequestDeadline,
  ) {
    const request = { limit: limit + 1, beforeId: decodeCursor(cursor) };
    const found = await deadline.database(listAuditEntries(db, filter, request));
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const nextCursor = found.length > limit && last ? encodeCursor(last.id) : null;
    return { status: 200, body: { items: rows.map(toAnswer), nextCursor } };
  }

  const list = operation(
    {
      method: 'get',
      path: '/v1/audit',
      name: 'listAuditEntries',
      tag: 'Audit',
      summary: 'List what was changed, by whom',
      description: 'Every change through the API is written down with it, and stays.',
      scopes: ['admin'],
      query: auditListQuery,
      answers: { 200: { description: 'A page.', schema: page(auditEntryAnswer) } },
    },
    ({ query, deadline }) => {
      const { kind, thingId, keyId } = query;
      const thingIds = thingId === undefined ? undefined : namesOf(deps, thingId);
      return entries({ kind, thingIds, keyId, ...timeRange(query) }, query, deadline);
    },
  );

  const history = operation(
    {
      method: 'get',
      path: '/v1/followups/{followupId}/history',
      name: 'listFollowupHistory',
      tag: 'Followups',
      summary: 'List who changed what of a followup, when',
      description: 'Of a deleted one too.',
      scopes: ['read'],
      params: followupParams,
      query: historyQuery,
      answers: { 200: { description: 'A page.', schema: page(auditEntryAnswer) } },
    },
    async ({ params, query, deadline }) => {
      if (!(await deadline.database(followupExisted(db, params.followupId)))) throw notFound('followup');
      return entries({ kind: 'followup', thingIds: [params.followupId] }, query, deadline);
    },
  );

  return [list, history];
}
