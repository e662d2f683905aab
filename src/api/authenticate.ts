import { timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../db/client';
import { type ApiKeyRow, findKeyByHash, hashOfKey, touchKey } from '../db/queries/api-keys';
import type { KeyScope } from '../db/schema';
import { ApiProblem } from './problems';
import type { RequestDeadline } from './request-deadline';

/** Who makes a request. */
export type Principal = {
  keyId: string;
  /** The name that people gave the key. */
  keyName: string;
  scope: KeyScope;
  /** The only channels that the key may speak for; null: all. */
  channelIds: string[] | null;
};

/** How long a key is known without asking the database again: another process's revocation takes this long here. */
const knownForMs = 5_000;
const maxKnown = 1_000;
/** How often the last use of a key is written. */
const touchEveryMs = 60_000;

export interface Authenticator {
  /**
   * Finds out who makes a request, from its Authorization header.
   *
   * @throws ApiProblem 401 without a key that works
   */
  authenticate(authorization: string | undefined, deadline: RequestDeadline): Promise<Principal>;
  /** Makes a revocation take effect at once in this process. */
  forget(keyId: string): void;
}

const unauthorized = (detail: string) =>
  new ApiProblem('unauthorized', detail, [], { 'WWW-Authenticate': 'Bearer realm="followups"' });

const sameHash = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

export function createAuthenticator(deps: { database: Database; clock: () => number; logger: Logger }): Authenticator {
  const known = new Map<string, { key: ApiKeyRow; untilMs: number }>();
  const touchedAtMs = new Map<string, number>();

  async function findKey(hash: string, deadline: RequestDeadline): Promise<ApiKeyRow | null> {
    const nowMs = deps.clock();
    const cached = known.get(hash);
    // A clock that was set back must not keep a key alive.
    if (cached && nowMs < cached.untilMs && nowMs >= cached.untilMs - knownForMs) return cached.key;
    known.delete(hash);
    const key = await deadline.database(findKeyByHash(deps.database.db, hash));
    if (key && !key.revokedAt) {
      if (known.size >= maxKnown) known.clear();
      known.set(hash, { key, untilMs: nowMs + knownForMs });
    }
    return key;
  }

  function noteUse(keyId: string): void {
    const nowMs = deps.clock();
    const last = touchedAtMs.get(keyId);
    if (last !== undefined && Math.abs(nowMs - last) < touchEveryMs) return;
    if (touchedAtMs.size >= maxKnown) touchedAtMs.clear();
    touchedAtMs.set(keyId, nowMs);
    // Nobody waits for it, and a request does not fail for it.
    touchKey(deps.database.db, keyId, new Date(nowMs), new Date(nowMs - touchEveryMs)).catch((error: unknown) => {
      deps.logger.debug({ err: error, keyId }, 'The last use of a key could not be noted');
    });
  }

  return {
    async authenticate(authorization, deadline) {
      const plainKey = /^Bearer +(\S{1,512})$/i.exec(authorization ?? '')?.[1];
      if (plainKey === undefined) {
        throw unauthorized('An API key is needed: send the header "Authorization: Bearer fup_…".');
      }
      const hash = hashOfKey(plainKey);
      const key = await findKey(hash, deadline);
      if (!key || !sameHash(key.hash, hash)) throw unauthorized('The API key is not known.');
      if (key.revokedAt) throw unauthorized('The API key was revoked.');
      if (key.expiresAt && key.expiresAt.getTime() <= deps.clock()) throw unauthorized('The API key has expired.');
      noteUse(key.id);
      return {
        keyId: key.id,
        keyName: key.name,
        scope: key.scope,
        channelIds: key.scope === 'gateway' ? key.channelIds : null,
      };
    },
    forget(keyId) {
      for (const [hash, { key }] of known) if (key.id === keyId) known.delete(hash);
    },
  };
}

/** @throws ApiProblem 403 when the key may not speak for the channel */
export function requireChannel(principal: Principal, channelId: string): void {
  if (principal.channelIds !== null && !principal.channelIds.includes(channelId)) {
    throw new ApiProblem('forbidden', 'This key is bound to other channels.');
  }
}
