import type { Payload, PayloadCodec } from '@temporalio/common';
import express, { type Request, type RequestHandler, type Router } from 'express';
import * as z from 'zod';
import type { Authenticator } from './authenticate';
import { ApiProblem } from './problems';
import type { RateLimiter } from './rate-limits';
import { readJsonBody } from './read-body';
import { RequestDeadline } from './request-deadline';
import { validate } from './validate';

/** A payload is two megabytes at most, and in base64 a third larger. */
const bodyLimit = 4_194_304;

const base64 = z.base64({ error: 'Send the bytes in base64, for example "anNvbi9wbGFpbg==".' });
/** Payloads as Protobuf writes them in JSON. */
const payloadsSchema = z.strictObject({
  payloads: z
    .array(z.strictObject({ metadata: z.record(z.string(), base64).nullish(), data: base64.nullish() }))
    .max(10_000),
});
type Payloads = z.infer<typeof payloadsSchema>;

const bytes = (encoded: string) => Buffer.from(encoded, 'base64');
const inBase64 = (plain: Uint8Array) => Buffer.from(plain).toString('base64');

const fromJson = ({ metadata, data }: Payloads['payloads'][number]): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, bytes(value)])),
  data: bytes(data ?? ''),
});

const toJson = ({ metadata, data }: Payload): Payloads['payloads'][number] => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, inBase64(value)])),
  data: inBase64(data ?? new Uint8Array()),
});

export type CodecEndpointDeps = {
  codec: PayloadCodec;
  authenticator: Authenticator;
  limiter: RateLimiter;
  /** Of the Temporal Web UI, the only page of another origin that may call this; null: there is none. */
  uiOrigin: string | null;
};

/**
 * Where the Temporal Web UI and Temporal's command line have payloads decrypted for somebody who may see them, and
 * encrypted: Temporal's protocol for codec servers. Not part of the API's own language, so not in its document.
 *
 * Only an admin key may, or somebody who is signed in to the console with one: the Web UI can send no key of ours, but a
 * browser sends the console's cookie to another port or name of the same site.
 */
export function codecRoutes({ codec, authenticator, limiter, uiOrigin }: CodecEndpointDeps): Router {
  const router = express.Router();

  const share: RequestHandler = (req, res, next) => {
    res.vary('Origin');
    if (uiOrigin !== null && req.headers.origin === uiOrigin) {
      res.set({ 'Access-Control-Allow-Origin': uiOrigin, 'Access-Control-Allow-Credentials': 'true' });
    }
    next();
  };

  const allow: RequestHandler = (_req, res) => {
    res
      .status(204)
      .set({
        Allow: 'POST, OPTIONS',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Namespace',
        'Access-Control-Max-Age': '600',
      })
      .end();
  };

  async function admit(req: Request): Promise<void> {
    const principal = await authenticator.authenticate(req.headers, new RequestDeadline());
    // A browser sends the cookie by itself, whatever page makes it.
    if (principal.session && (uiOrigin === null || req.headers.origin !== uiOrigin)) {
      throw new ApiProblem('csrf_failed', 'Only pages of TEMPORAL_UI_URL may do this in the name of the console.');
    }
    const { allowed, retryAfterSeconds } = limiter.take(principal.keyId, 'requests');
    if (!allowed) {
      throw new ApiProblem('too_many_requests', 'This key has used up its limit of requests.', [], {
        'Retry-After': String(retryAfterSeconds),
      });
    }
    if (principal.scope !== 'admin') {
      throw new ApiProblem('forbidden', 'Payloads are shown to keys with the scope "admin" only.');
    }
  }

  for (const direction of ['encode', 'decode'] as const) {
    const path = `/v1/temporal-codec/${direction}`;
    router.options(path, share, allow);
    router.post(path, share, async (req, res) => {
      res.locals.route = path;
      await admit(req);
      const { payloads } = validate(payloadsSchema, await readJsonBody(req, res, ['application/json'], bodyLimit));
      const answered = await codec[direction](payloads.map(fromJson));
      res.type('application/json').send(JSON.stringify({ payloads: answered.map(toJson) }));
    });
    router.all(path, (_req) => {
      throw new ApiProblem('method_not_allowed', 'This path has POST only.', [], { Allow: 'POST, OPTIONS' });
    });
  }
  return router;
}
