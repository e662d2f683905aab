import { readVisitorToken, type Visitor, visitorToken, visitorTokenMs } from '../../webchat/visitor-token';
import type { ApiDeps } from '../deps';
import { ApiProblem } from '../problems';
import { createRateLimiter, type RateLimiter } from '../rate-limits';

/** A visitor whose token works, and until when it does. */
export type KnownVisitor = Visitor & { expiresAt: Date };

export interface Visitors {
  /**
   * Finds out which visitor makes a request, from its Authorization header.
   *
   * @throws ApiProblem 401 without a token of this channel that works
   */
  recognise(authorization: string | undefined, channelId: string): KnownVisitor;
  /** A new token for a visitor, who is valid from now on. */
  tokenFor(visitor: Visitor): { token: string; expiresAt: Date };
  /** What one visitor may ask of this process: so many times as people and a page of theirs need. */
  limiter: RateLimiter;
}

const unauthorized = (detail: string) =>
  new ApiProblem('unauthorized', `${detail} A new one comes from POST /v1/webchat/{channelId}/visitors.`, [], {
    'WWW-Authenticate': 'Bearer realm="webchat"',
  });

export function createVisitors({ secretBox, clock }: Pick<ApiDeps, 'secretBox' | 'clock'>): Visitors {
  return {
    recognise(authorization, channelId) {
      const token = /^Bearer +(\S{1,512})$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) {
        throw unauthorized('The token of a visitor is needed: send the header "Authorization: Bearer wct_…".');
      }
      const visitor = readVisitorToken(secretBox, token);
      if (visitor?.channelId !== channelId) throw unauthorized('The token is none of a visitor of this channel.');
      if (visitor.expiresAt.getTime() <= clock()) throw unauthorized('The token has expired.');
      return visitor;
    },
    tokenFor(visitor) {
      // To the second, as the token has it.
      const expiresAt = new Date(Math.floor((clock() + visitorTokenMs) / 1_000) * 1_000);
      return { token: visitorToken(secretBox, visitor, expiresAt), expiresAt };
    },
    limiter: createRateLimiter({ requestsPerSecond: 5, eventsPerSecond: 1 }),
  };
}
