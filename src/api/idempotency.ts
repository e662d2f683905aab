import { createHash } from 'node:crypto';
import type { Queryable } from '../db/client';
import {
  claimIdempotencyKey,
  type IdempotentAttempt,
  type KeptAnswer,
  keepIdempotentAnswer,
  purgeIdempotencyKeys,
  releaseIdempotencyKey,
} from '../db/queries/idempotency-keys';
import type { ApiDeps } from './deps';
import type { Answer } from './operation';
import { ApiProblem, invalidField } from './problems';
import type { RequestDeadline } from './request-deadline';

/** What an idempotency key may look like: printable ASCII without spaces. A key is taken as it stands, quotes too. */
export const idempotencyKeyPattern = /^[!-~]{1,255}$/;

export const exampleIdempotencyKey = '8e03978e-40d5-43dd-bc93-6894a57f9324';

/** Keeps the answer in the transaction of what it tells of. Does nothing for a request without a key. */
export type KeepAnswer = (tx: Queryable, answer: Answer) => Promise<void>;

export type IdempotentRequest = {
  /** The header as it was sent. */
  header: string | string[] | undefined;
  keyId: string;
  method: string;
  path: string;
  /** As it was validated, so that spacing and the order of fields make no difference. */
  body: unknown;
  deadline: RequestDeadline;
};

export interface Idempotency {
  /**
   * Handles a request with an `Idempotency-Key` once, and gives the same answer again to the same request of the same
   * API key for 24 hours. A request that failed was not made: the key may be used again, for another body too.
   *
   * @throws ApiProblem 409 while the first request runs; 422 for a key of another request, or one that is none
   */
  once(request: IdempotentRequest, handle: (keepAnswer: KeepAnswer) => Promise<Answer>): Promise<Answer>;
}

const purgeEveryMs = 60_000;

const stillRunning = () =>
  new ApiProblem('conflict', 'The first request with this Idempotency-Key is still running.', [], {
    'Retry-After': '1',
  });

export function createIdempotency(deps: Pick<ApiDeps, 'database' | 'secretBox' | 'clock' | 'logger'>): Idempotency {
  const { db } = deps.database;
  let purgedAtMs = Number.NEGATIVE_INFINITY;

  /** Nobody waits for it, and no request fails for it: an attempt that is not released is dead in a minute. */
  const inBackground = (work: Promise<unknown>) => {
    work.catch((error: unknown) => deps.logger.debug({ err: error }, 'Idempotency keys could not be tidied'));
  };

  function purgeNowAndThen(): void {
    const nowMs = deps.clock();
    if (Math.abs(nowMs - purgedAtMs) < purgeEveryMs) return;
    purgedAtMs = nowMs;
    inBackground(purgeIdempotencyKeys(db, new Date(nowMs)));
  }

  const toAnswer = ({ status, headers, body }: KeptAnswer): Answer => ({
    status,
    headers,
    ...(body === null ? {} : { body: JSON.parse(deps.secretBox.decrypt(body)) }),
  });

  /** The answer that was given before, or null when this attempt is the one to give it. */
  async function claim(attempt: IdempotentAttempt, hash: string, deadline: RequestDeadline): Promise<Answer | null> {
    const claiming = claimIdempotencyKey(db, attempt, hash);
    const result = await deadline.database(claiming).catch((error: unknown) => {
      // It may yet succeed, with nobody there to use it.
      inBackground(claiming.then(() => releaseIdempotencyKey(db, attempt)));
      throw error;
    });
    switch (result.kind) {
      case 'claimed':
        return null;
      case 'answered':
        return toAnswer(result.answer);
      case 'running':
        throw stillRunning();
      case 'another_request':
        throw invalidField(
          'Idempotency-Key',
          'used_before',
          `The Idempotency-Key was used for another request within the last 24 hours: make a new one for each, for example "Idempotency-Key: ${exampleIdempotencyKey}".`,
        );
    }
  }

  return {
    async once({ header, keyId, method, path, body, deadline }, handle) {
      if (header === undefined) return handle(async () => {});
      const idempotencyKey = String(header);
      if (!idempotencyKeyPattern.test(idempotencyKey)) {
        throw invalidField(
          'Idempotency-Key',
          'invalid_format',
          `The Idempotency-Key must have 1 to 255 printable ASCII characters without spaces, for example "Idempotency-Key: ${exampleIdempotencyKey}".`,
        );
      }
      purgeNowAndThen();
      const attempt = { keyId, idempotencyKey, claimedAt: new Date(deps.clock()) };
      const hash = createHash('sha256')
        .update(JSON.stringify([method, path, body ?? null]))
        .digest('hex');
      const before = await claim(attempt, hash, deadline);
      if (before) return before;
      try {
        return await handle(async (tx, { status, headers = {}, body: answered }) => {
          const kept = await keepIdempotentAnswer(tx, attempt, {
            status,
            headers,
            body: answered === undefined ? null : deps.secretBox.encrypt(JSON.stringify(answered)),
          });
          if (!kept) throw stillRunning();
        });
      } catch (error) {
        const releasing = releaseIdempotencyKey(db, attempt);
        inBackground(releasing);
        // Whoever mends what was wrong may send it with the same key; a time-out has no time left to wait.
        if (error instanceof ApiProblem && error.status < 500) await deadline.database(releasing).catch(() => {});
        throw error;
      }
    },
  };
}
