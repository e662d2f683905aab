import { type ApiKeyRow, hashOfKey } from '../../db/queries/api-keys';
import { deleteConsoleSession, insertConsoleSession, takeSignInCode } from '../../db/queries/console-sessions';
import { type Authenticator, type ConsoleSession, type Principal, requireUsable, unauthorized } from '../authenticate';
import { sessionCookie } from '../console-session/cookie';
import { csrfTokenOf } from '../console-session/forgery';
import { newSecret } from '../console-session/sign-in-code';
import type { ApiDeps } from '../deps';
import { type Operation, openOperation, operation } from '../operation';
import { ApiProblem } from '../problems';
import { createRateLimiter } from '../rate-limits';
import { consoleSessionAnswer, type SignInAnswer, signInAnswer, signInInput } from '../schemas/console-session';

/** A working day, and then some. */
const sessionMs = 43_200_000;
/** How often one address may try a code or a key that does not work. */
const triesPerMinute = 10;

const tag = 'Console';
const path = '/v1/console-session';

const unusableCode = () =>
  unauthorized(
    'The sign-in code does not work, or not any more: each works once, within 15 minutes. Run "npm start" again for a new link, or paste the admin key.',
  );

/** @throws ApiProblem 403 for a gateway's key */
function requirePerson(scope: ApiKeyRow['scope']): SignInAnswer['scope'] {
  if (scope !== 'gateway') return scope;
  throw new ApiProblem(
    'forbidden',
    'A key with the scope "gateway" is for a program and cannot sign in: use one with the scope "admin" or "read".',
  );
}

function sessionOf(principal: Principal): ConsoleSession {
  if (principal.session) return principal.session;
  throw unauthorized('This call needs a signed-in session: sign in with POST /v1/console-session.');
}

export function consoleSessionOperations(deps: ApiDeps, authenticator: Authenticator): Operation[] {
  const { db } = deps.database;
  const cookie = sessionCookie(deps.publicUrl);
  const limiter = createRateLimiter({ requestsPerSecond: triesPerMinute / 60, eventsPerSecond: 0 }, undefined, 60);

  const answerOf = (key: { keyId: string; keyName: string; scope: ApiKeyRow['scope'] }, session: ConsoleSession) => ({
    csrfToken: csrfTokenOf(deps.secretBox, session.hash),
    scope: requirePerson(key.scope),
    keyName: key.keyName,
    keyId: key.keyId,
    expiresAt: session.expiresAt.toISOString(),
  });

  function limitTries(address: string): void {
    const { allowed, headers, retryAfterSeconds } = limiter.take(address, 'requests');
    if (allowed) return;
    throw new ApiProblem('too_many_requests', 'Too many attempts to sign in from this address.', [], {
      ...headers,
      'Retry-After': String(retryAfterSeconds),
    });
  }

  const signIn = openOperation(
    {
      method: 'post',
      path,
      name: 'signIn',
      tag,
      summary: 'Sign in to the console',
      description:
        'For browsers: sets a cookie that stands for the key in every call, for 12 hours at most, and ends with the key. A program has no use for it: it sends the key. A wrong code or key may be tried 10 times a minute from one address.',
      body: signInInput,
      answers: { 201: { description: 'Signed in.', schema: signInAnswer } },
    },
    async ({ body, address, deadline }) => {
      limitTries(address);
      const nowMs = deps.clock();
      const value = newSecret();
      const known = body.apiKey === undefined ? null : await authenticator.findUsableKey(body.apiKey, deadline);
      const { key, session } = await deadline.database(
        db.transaction(async (tx) => {
          const key = known ?? (await takeSignInCode(tx, hashOfKey(body.code ?? ''), new Date(nowMs)));
          if (!key) throw unusableCode();
          requireUsable(key, nowMs);
          requirePerson(key.scope);
          const endsAtMs = Math.min(nowMs + sessionMs, key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
          const session = { hash: hashOfKey(value), expiresAt: new Date(endsAtMs) };
          await insertConsoleSession(tx, { ...session, keyId: key.id, createdAt: new Date(nowMs) });
          return { key, session };
        }),
      );
      limiter.giveBack(address, 'requests');
      return {
        status: 201,
        body: answerOf({ keyId: key.id, keyName: key.name, scope: key.scope }, session),
        headers: {
          'Set-Cookie': cookie.set(value, Math.floor((session.expiresAt.getTime() - nowMs) / 1_000)),
        },
      };
    },
  );

  const read = operation(
    {
      method: 'get',
      path,
      name: 'getConsoleSession',
      tag,
      summary: 'Who is signed in, and to what',
      scopes: ['read'],
      access: 'session',
      answers: { 200: { description: 'The session.', schema: consoleSessionAnswer } },
    },
    async ({ principal }) => ({
      status: 200,
      body: {
        ...answerOf(principal, sessionOf(principal)),
        service: {
          version: deps.about.version,
          publicUrl: deps.publicUrl,
          temporal: {
            ...{ uiUrl: deps.temporalUi.baseUrl, namespace: deps.temporalUi.namespace },
            ...deps.about.temporal,
          },
        },
      },
    }),
  );

  const signOut = operation(
    {
      method: 'delete',
      path,
      name: 'signOut',
      tag,
      summary: 'Sign out of the console',
      scopes: ['read'],
      access: 'session',
      answers: { 204: { description: 'Signed out.' } },
    },
    async ({ principal, deadline }) => {
      await deadline.database(deleteConsoleSession(db, sessionOf(principal).hash));
      return { status: 204, headers: { 'Set-Cookie': cookie.clear() } };
    },
  );

  return [signIn, read, signOut];
}
