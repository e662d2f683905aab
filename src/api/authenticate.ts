import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { Database } from '../db/client';
import { type ApiKeyRow, findKeyByHash, hashOfKey, touchKey } from '../db/queries/api-keys';
import { findConsoleSession } from '../db/queries/console-sessions';
import type { KeyScope } from '../db/schema';
import { sessionCookie } from './console-session/cookie';
import { ApiProblem } from './problems';
import type { RequestDeadline } from './request-deadline';

/** Somebody who is signed in to the console. */
export type ConsoleSession = {
  /** Of the cookie's value. */
  hash: string;
  expiresAt: Date;
};

/** What a request has to say of who makes it. */
export type Credentials = Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>;

/** Who makes a request. */
export type Principal = {
  keyId: string;
  /** The name that people gave the key. */
  keyName: string;
  scope: KeyScope;
  /** The only channels that the key may speak for; null: all. */
  channelIds: string[] | null;
  /** The session that stands for the key; null: the key itself was sent. */
  session: ConsoleSession | null;
};

/** How long a key is known without asking the database again: another process's revocation takes this long here. */
const knownForMs = 5_000;
const maxKnown = 1_000;
/** How often the last use of a key is written. */
const touchEveryMs = 60_000;

export interface Authenticator {
  /**
   * Finds out who makes a request: by the key that it carries, or else by the console's cookie.
   *
   * @throws ApiProblem 401 without one that works
   */
  authenticate(credentials: Credentials, deadline: RequestDeadline): Promise<Principal>;
  /** @throws ApiProblem 401 for a key that does not work */
  findUsableKey(plainKey: string, deadline: RequestDeadline): Promise<ApiKeyRow>;
  /** Makes a revocation take effect at once in this process. */
  forget(keyId: string): void;
}

export const unauthorized = (detail: string) =>
  new ApiProblem('unauthorized', detail, [], { 'WWW-Authenticate': 'Bearer realm="followups"' });

const sameHash = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** @throws ApiProblem 401 for a key that was revoked or has expired */
export function requireUsable(key: ApiKeyRow, nowMs: number): void {
  if (key.revokedAt) throw unauthorized('The API key was revoked.');
  if (key.expiresAt && key.expiresAt.getTime() <= nowMs) throw unauthorized('The API key has expired.');
}

const principalOf = (key: ApiKeyRow, session: ConsoleSession | null): Principal => ({
  keyId: key.id,
  keyName: key.name,
  scope: key.scope,
  channelIds: key.scope === 'gateway' ? key.channelIds : null,
  session,
});

export type AuthenticatorDeps = { database: Database; clock: () => number; logger: Logger; publicUrl: string };

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const cookie = sessionCookie(deps.publicUrl);
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

  async function findUsableKey(plainKey: string, deadline: RequestDeadline): Promise<ApiKeyRow> {
    const hash = hashOfKey(plainKey);
    const key = await findKey(hash, deadline);
    if (!key || !sameHash(key.hash, hash)) throw unauthorized('The API key is not known.');
    requireUsable(key, deps.clock());
    noteUse(key.id);
    return key;
  }

  /** Asks the database every time: people make few requests, and signing out counts at once everywhere. */
  async function bySession(value: string, deadline: RequestDeadline): Promise<Principal> {
    const hash = hashOfKey(value);
    const found = await deadline.database(findConsoleSession(deps.database.db, hash));
    const nowMs = deps.clock();
    if (!found || found.session.expiresAt.getTime() <= nowMs) {
      throw unauthorized('The session of the console has ended: sign in again.');
    }
    requireUsable(found.key, nowMs);
    noteUse(found.key.id);
    return principalOf(found.key, { hash, expiresAt: found.session.expiresAt });
  }

  return {
    async authenticate({ authorization = '', cookie: cookies }, deadline) {
      const plainKey = /^Bearer +(\S{1,512})$/i.exec(authorization)?.[1];
      if (plainKey !== undefined) return principalOf(await findUsableKey(plainKey, deadline), null);
      // Another scheme may be that of a proxy on the way.
      const value = /^Bearer\b/i.test(authorization) ? null : cookie.read(cookies);
      if (value !== null) return bySession(value, deadline);
      throw unauthorized('An API key is needed: send the header "Authorization: Bearer fup_…".');
    },
    findUsableKey,
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
