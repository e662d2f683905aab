import type { Request, RequestHandler, Response } from 'express';
import * as z from 'zod';
import { type Authenticator, requireChannel } from './authenticate';
import { clientAddress } from './client-address';
import type { ForgeryGuard } from './console-session/forgery';
import type { Idempotency } from './idempotency';
import type { Answer, Call, OpenCall, Operation, VisitorCall } from './operation';
import { ApiProblem, notFound } from './problems';
import type { RateLimiter } from './rate-limits';
import { readJsonBody } from './read-body';
import { RequestDeadline } from './request-deadline';
import { refuseUnstorableText } from './strict-json';
import { validate } from './validate';
import type { Visitors } from './webchat/visitors';

const noFields = z.strictObject({});

const mediaTypes = {
  json: ['application/json'],
  'merge-patch': ['application/merge-patch+json', 'application/json'],
} as const;

/** The media types that an operation's body may have; the first is the one that is recommended. */
export const bodyTypes = (operation: Operation) => mediaTypes[operation.bodyKind ?? 'json'];

/** Ids that cannot exist are not found; a conversation id is the gateway's own, so it is told what is wrong with it. */
function checkParams(operation: Operation, params: unknown): unknown {
  const schema = operation.params ?? noFields;
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const wrongId = result.error.issues.find((issue) => issue.path[0] !== 'conversationId');
  if (wrongId) throw notFound(String(wrongId.path[0] ?? 'thing').replace(/Id$/, ''));
  return validate(schema, params);
}

async function checkBody(operation: Operation, req: Request, res: Response): Promise<unknown> {
  if (!operation.body) return undefined;
  const sent = await readJsonBody(req, res, bodyTypes(operation), operation.bodyLimit);
  if (sent === undefined && !operation.bodyOptional) {
    throw new ApiProblem('malformed_json', 'The body is missing; a JSON object is needed, for example {}.');
  }
  if (operation.bodyKind === 'merge-patch') return sent;
  return validate(operation.body, sent === undefined ? {} : sent);
}

function checkScope(operation: Operation, scope: Operation['scopes'][number]): void {
  if (scope === 'admin' || operation.scopes.includes(scope)) return;
  throw new ApiProblem('forbidden', `A key with the scope "${scope}" may not do this.`);
}

function send(res: Response, { status, body, headers }: Answer): void {
  res.status(status);
  if (headers) res.set(headers);
  if (body === undefined) res.end();
  else res.type('application/json').send(JSON.stringify(body));
}

function answerWith(req: Request, res: Response, answer: Answer): void {
  if (answer.stream) answer.stream(req, res);
  else send(res, answer);
}

function limitRate(limiter: RateLimiter, operation: Operation, callerId: string, res: Response): void {
  const policy = operation.rateLimit ?? 'requests';
  const { allowed, headers, retryAfterSeconds } = limiter.take(callerId, policy);
  res.set(headers);
  if (allowed) return;
  throw new ApiProblem(
    'too_many_requests',
    `This ${operation.access === 'visitor' ? 'visitor' : 'key'} has used up its limit of ${policy}.`,
    [],
    {
      'Retry-After': String(retryAfterSeconds),
    },
  );
}

function lastEventIdOf(operation: Operation, req: Request): string | undefined {
  const given = operation.resumable ? req.headers['last-event-id'] : undefined;
  return typeof given === 'string' && given !== '' ? given : undefined;
}

/** What every call goes through. */
export type Gates = {
  authenticator: Authenticator;
  visitors: Visitors;
  refuseForgery: ForgeryGuard;
  limiter: RateLimiter;
  idempotency: Idempotency;
};

/** Who may, what exists, what is valid: in this order, so that nobody learns more than they may. */
export function serveOperation(operation: Operation, gates: Gates): RequestHandler {
  const { authenticator, visitors, refuseForgery, limiter, idempotency } = gates;
  const needsKey = operation.access === undefined || operation.access === 'session';
  return async (req, res) => {
    const begun = new RequestDeadline();
    const principal = needsKey ? await authenticator.authenticate(req.headers, begun) : null;
    // A visitor's token is never sent by a browser by itself.
    if (operation.access !== 'visitor') refuseForgery(req, principal);
    if (principal) {
      limitRate(limiter, operation, principal.keyId, res);
      checkScope(operation, principal.scope);
    }
    const params = checkParams(operation, req.params);
    const channelId = (params as { channelId?: string }).channelId;
    if (principal && channelId !== undefined) requireChannel(principal, channelId);
    const visitor =
      operation.access === 'visitor' ? visitors.recognise(req.headers.authorization, channelId ?? '') : null;
    if (visitor) limitRate(visitors.limiter, operation, visitor.conversationId, res);
    const sentQuery = { ...req.query };
    refuseUnstorableText(sentQuery);
    const query = validate(operation.query ?? noFields, sentQuery);
    // The time that a caller takes to send a body is not ours to count.
    const leftMs = begun.remainingMs();
    const body = await checkBody(operation, req, res);
    if (principal && operation.weight)
      limiter.charge(principal.keyId, operation.rateLimit ?? 'requests', operation.weight(body as never) - 1);
    const deadline = new RequestDeadline(leftMs);
    const lastEventId = lastEventIdOf(operation, req);
    if (!principal) {
      const { authorization } = req.headers;
      const open: OpenCall<unknown, unknown, unknown> = {
        ...{ params, query, body, deadline },
        ...{ authorization, address: clientAddress(req) },
      };
      const call: typeof open | VisitorCall<unknown, unknown, unknown> = visitor
        ? { params, query, body, deadline, visitor, lastEventId }
        : open;
      answerWith(req, res, await operation.handle(call as never));
      return;
    }
    const ifMatch = operation.conditional ? req.headers['if-match'] : undefined;
    const call = { params, query, body, principal, ifMatch, lastEventId, deadline };
    const header = operation.idempotent ? req.headers['idempotency-key'] : undefined;
    const request = { header, keyId: principal.keyId, method: req.method, path: req.path, body, deadline };
    const answer = await idempotency.once(request, (keepAnswer) =>
      operation.handle({ ...call, keepAnswer } as Call<never, never, never>),
    );
    answerWith(req, res, answer);
  };
}
