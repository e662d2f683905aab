import { type OutgoingHttpHeaders, validateHeaderValue } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { connectTo } from './connect';
import { createEgressGuard, endpointUrlProblem } from './egress';
import { exchange } from './exchange';
import { parseRetryAfterMs } from './retry-after';

export type WebhookSenderSettings = {
  /** Private networks, in CIDR notation, that endpoints may be on. */
  egressAllow: string[];
  /** For connecting and for the answer together, at most half of it for connecting. The fence is not counted. */
  requestTimeoutMs?: number;
  maxAnswerBytes?: number;
  /** Resolves names; by default that of the operating system. */
  lookup?: LookupFunction;
  /** PEM certificates to trust instead of those that Node.js trusts. */
  ca?: string;
};

export type SendRequest = {
  url: string;
  /** The same in every attempt: receivers remove duplicates by it. */
  webhookId: string;
  /** `whsec_…`, newest first. All of them sign, so that a receiver may know any. */
  secrets: string[];
  body: string;
  /**
   * The fence: called when the connection stands, right before the first byte. Only if it resolves to true is anything
   * written; when it throws, `send` throws the same.
   */
  beforeWrite?: () => Promise<boolean>;
  /**
   * The last look, after `beforeWrite`: asked when nothing is left to do but to write. If it says no, nothing is written.
   * A process may have slept since what the fence found was found.
   */
  mayWrite?: () => boolean;
  /**
   * Called once when the whole request was handed to the operating system, while the answer is awaited. It may never be
   * called, after a `true` of `beforeWrite` too, so whatever it releases must be released after `send` as well. Its
   * failure changes nothing here. Give it a deadline: `send` waits for it.
   */
  afterWrite?: () => Promise<void>;
  /** Epoch milliseconds, for the timestamp that is signed and for dates in `Retry-After`. */
  nowMs?: () => number;
  abortSignal?: AbortSignal;
};

/**
 * `answered`: an answer's status arrived; `body` is its beginning. `blocked`: refused by the egress guard, or the URL is
 * none to send to. `unreachable`: no connection, or none any more when the fence let through; nothing was written.
 * `withheld`: the fence did not let through, or did not hold, or the signal aborted under it; nothing was written. `lost`: the request
 * was written, wholly or partly, and no status came back.
 *
 * `durationMs` is the time spent on the network. `code` is that of Node.js or OpenSSL, or `DEADLINE`, `ABORTED`,
 * `UNKNOWN`.
 */
export type SendResult =
  | { kind: 'answered'; status: number; retryAfterMs: number | null; body: string; durationMs: number }
  | { kind: 'blocked'; address?: string }
  | { kind: 'unreachable'; code: string; durationMs: number }
  | { kind: 'withheld' }
  | { kind: 'lost'; code: string; durationMs: number };

export type WebhookSender = {
  /**
   * One attempt at one signed POST (Standard Webhooks 1.0). Connects first, then asks the fence, then signs with the
   * time of that moment and writes. Redirects are not followed.
   *
   * @throws what `beforeWrite` throws; Error if there is no secret or one that is not `whsec_` and base64, or if the id
   *   cannot stand in a header. Nothing was written then
   */
  send(request: SendRequest): Promise<SendResult>;
};

/** @throws Error naming the entry of `egressAllow` that is no network */
export function createWebhookSender(settings: WebhookSenderSettings): WebhookSender {
  const { egressAllow, requestTimeoutMs = 10_000, maxAnswerBytes = 65_536, lookup, ca } = settings;
  const guard = createEgressGuard(egressAllow);

  async function send(request: SendRequest): Promise<SendResult> {
    const { beforeWrite, mayWrite, afterWrite, abortSignal, nowMs = Date.now } = request;
    if (endpointUrlProblem(request.url) !== null) return { kind: 'blocked' };
    const url = new URL(request.url);
    const sign = signerOf(request);

    const elapsedMs = stopwatch();
    const connection = await connectTo(url, { guard, timeoutMs: requestTimeoutMs / 2, lookup, ca, abortSignal });
    const connectedAfterMs = elapsedMs();
    if (connection.kind === 'blocked') return connection;
    if (connection.kind === 'failed') {
      return { kind: 'unreachable', code: connection.code, durationMs: connectedAfterMs };
    }

    const { socket } = connection;
    let lastWord = false;
    try {
      lastWord = beforeWrite === undefined || (await beforeWrite());
    } finally {
      if (!lastWord) socket.destroy();
    }
    if (!lastWord) return { kind: 'withheld' };
    if (abortSignal?.aborted) {
      socket.destroy();
      return { kind: 'withheld' };
    }
    if (socket.destroyed || !socket.writable) {
      socket.destroy();
      return { kind: 'unreachable', code: 'ECONNRESET', durationMs: connectedAfterMs };
    }

    // From here to the request nothing is awaited: what the fence found must still hold when the first byte leaves.
    const headers = { host: url.host, ...sign(nowMs()) };
    const elapsedSinceWriteMs = stopwatch();
    if (mayWrite && !mayWrite()) {
      socket.destroy();
      return { kind: 'withheld' };
    }
    const result = await exchange(socket, {
      path: url.pathname + url.search,
      headers,
      body: request.body,
      timeoutMs: requestTimeoutMs - connectedAfterMs,
      maxAnswerBytes,
      afterWrite,
      abortSignal,
    });
    const durationMs = connectedAfterMs + elapsedSinceWriteMs();
    if (result.kind === 'lost') return { ...result, durationMs };
    const { status, retryAfter, body } = result;
    return { kind: 'answered', status, retryAfterMs: parseRetryAfterMs(retryAfter, nowMs()), body, durationMs };
  }

  return { send };
}

/**
 * The headers of a request, signed with the time of a moment: what `send` writes when its `nowMs` gives that time.
 *
 * @throws like `send`
 */
export const signedHeaders = (
  request: Pick<SendRequest, 'url' | 'webhookId' | 'secrets' | 'body'>,
  nowMs: number,
): Record<string, string> => ({
  host: new URL(request.url).host,
  ...Object.fromEntries(Object.entries(signerOf(request)(nowMs)).map(([name, value]) => [name, String(value)])),
});

/** Checks everything that could fail before a connection is opened; what it gives makes the headers at a moment. */
function signerOf({
  webhookId,
  secrets,
  body,
}: Pick<SendRequest, 'webhookId' | 'secrets' | 'body'>): (nowMs: number) => OutgoingHttpHeaders {
  validateHeaderValue('webhook-id', webhookId);
  if (secrets.length === 0) throw new Error('A webhook needs at least one signing secret.');
  const signers = secrets.map((secret) => {
    try {
      return new Webhook(secret);
    } catch {
      throw new Error('A signing secret is not valid: it must be "whsec_" followed by base64.');
    }
  });
  return (nowMs) => ({
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Followups',
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': signers.map((signer) => signer.sign(webhookId, new Date(nowMs), body)).join(' '),
  });
}

/** Whole milliseconds since it was made, whatever happens to the wall clock. */
function stopwatch(): () => number {
  const startedMs = performance.now();
  return () => Math.round(performance.now() - startedMs);
}
