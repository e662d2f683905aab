import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from './connect';

export type ExchangeOptions = {
  /** Path and query. */
  path: string;
  headers: OutgoingHttpHeaders;
  body: string;
  timeoutMs: number;
  maxAnswerBytes: number;
  afterWrite?: (() => Promise<void>) | undefined;
  abortSignal?: AbortSignal | undefined;
};

export type ExchangeResult =
  | { kind: 'answered'; status: number; retryAfter: string | undefined; body: string }
  | { kind: 'lost'; code: string };

/**
 * Writes one POST on a connected socket, reads the answer, and destroys the socket. The request is on its way when this
 * returns, before anything else in this process can run. Once status and headers have arrived it is answered, however
 * the body goes on: cut, endless, or still dripping at the deadline. Redirects are answers. Never rejects.
 */
export async function exchange(socket: Socket, options: ExchangeOptions): Promise<ExchangeResult> {
  let released: Promise<void> | undefined;
  const result = await new Promise<ExchangeResult>((resolve) => {
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let received = 0;

    const settle = (code: string) => {
      clearTimeout(timer);
      options.abortSignal?.removeEventListener('abort', onAbort);
      socket.destroy();
      if (answer?.statusCode === undefined) return resolve({ kind: 'lost', code });
      const body = Buffer.concat(chunks).subarray(0, options.maxAnswerBytes).toString('utf8');
      resolve({ kind: 'answered', status: answer.statusCode, retryAfter: answer.headers['retry-after'], body });
    };
    const timer = setTimeout(() => settle('DEADLINE'), options.timeoutMs);
    const onAbort = () => settle('ABORTED');
    options.abortSignal?.addEventListener('abort', onAbort);

    // Given a connection, node:http takes no agent: nothing is kept alive, and no stale connection is ever met.
    const request = httpRequest({
      method: 'POST',
      createConnection: () => socket,
      setHost: false,
      path: options.path,
      headers: options.headers,
    });
    request.once('finish', () => {
      // What was written stays written: a release that fails is the caller's to know of.
      released = options.afterWrite?.().catch(() => undefined);
    });
    request.once('error', (error) => settle(codeOf(error)));
    request.once('close', () => settle('ECONNRESET'));
    request.once('upgrade', (head) => {
      answer = head;
      settle('UPGRADE');
    });
    request.once('response', (head) => {
      answer = head;
      head.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (received >= options.maxAnswerBytes) settle('TOO_LONG');
      });
      for (const event of ['end', 'error', 'close']) head.once(event, () => settle('CUT'));
    });
    request.end(options.body);
  });
  await released;
  return result;
}
