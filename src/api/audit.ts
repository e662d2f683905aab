import type { Queryable } from '../db/client';
import { type AuditKind, insertAuditEntry } from '../db/queries/audit';
import type { Principal } from './authenticate';
import type { ApiDeps } from './deps';
import { isObject } from './merge-patch';

/** What can be done to things through the API. */
export const auditActions = [
  'create',
  'edit',
  'delete',
  'activate',
  'deactivate',
  'rotate_secret',
  'resume',
  'revoke',
  'opt_out',
  'opt_in',
  'erase',
] as const;

export type AuditAction = (typeof auditActions)[number];

export type AuditedChange = {
  action: AuditAction;
  kind: AuditKind;
  /** Of a conversation: {@link conversationThingId}. */
  thingId: string;
  at: Date;
  /** The thing as the API shows it; null: it was not there. */
  before: object | null;
  /** null: it is not there any more. */
  after: object | null;
};

export type Changes = Record<string, { from: unknown; to: unknown }>;

/** Callers give nothing of the kind; should one forget, it still does not get into the log. */
const secretField = /secret$|password|token|^key$|^hash$/i;

/** Every value of an object by its path, `identity.timeZone`; lists are values. */
function* leaves(value: object, path = ''): Generator<[string, unknown]> {
  for (const [name, field] of Object.entries(value)) {
    if (secretField.test(name) || field === undefined) continue;
    if (isObject(field) && Object.keys(field).length > 0) yield* leaves(field, `${path}${name}.`);
    else yield [path + name, field];
  }
}

/** Field by field, what it was and what it became. What is not there is null. */
export function changesBetween(before: object | null, after: object | null): Changes {
  const was = new Map(leaves(before ?? {}));
  const is = new Map(leaves(after ?? {}));
  const changes: Changes = {};
  for (const path of new Set([...was.keys(), ...is.keys()])) {
    const [from, to] = [was.get(path) ?? null, is.get(path) ?? null];
    if (JSON.stringify(from) !== JSON.stringify(to)) changes[path] = { from, to };
  }
  return changes;
}

/**
 * Writes down who changed what, in the transaction of the change.
 *
 * @param principal whose key it was
 */
export async function audit(
  tx: Queryable,
  { keyId, keyName }: Pick<Principal, 'keyId' | 'keyName'>,
  { action, kind, thingId, at, before, after }: AuditedChange,
): Promise<void> {
  await insertAuditEntry(tx, { at, keyId, keyName, action, kind, thingId, changes: changesBetween(before, after) });
}

/**
 * How the log names a conversation: by its channel and a pseudonym, always. So it holds no phone number or address, and
 * nothing in it has to be erased with the conversation.
 *
 * @param conversation with the id that the gateway gave it
 */
export const conversationThingId = (
  { secretBox }: Pick<ApiDeps, 'secretBox'>,
  { channelId, conversationId }: { channelId: string; conversationId: string },
): string => `${channelId}/${secretBox.hmac('conversation', `${channelId}/${conversationId}`)}`;
