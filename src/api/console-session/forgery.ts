import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { SecretBox } from '../../secret-box';
import type { Principal } from '../authenticate';
import { ApiProblem } from '../problems';

/** The header that a page of ours sends, and that no other page can know the value of. */
export const csrfHeader = 'X-CSRF-Token';

/** Refuses what another page made somebody's browser send. @throws ApiProblem 403 `csrf_failed` */
export type ForgeryGuard = (req: Request, principal: Principal | null) => void;

/** The CSRF token of a session, from the hash of its cookie: nothing more has to be stored. */
export const csrfTokenOf = (secretBox: SecretBox, sessionHash: string): string =>
  secretBox.hmac('console-csrf', sessionHash);

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

const refused = (detail: string) => new ApiProblem('csrf_failed', detail);

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The browser says itself where a request comes from; programs say nothing of it. */
function refuseOtherOrigins(req: Request, publicOrigin: string): void {
  if (req.headers['sec-fetch-site'] === 'cross-site') throw refused('The request comes from a page of another site.');
  const { origin, host } = req.headers;
  if (origin === undefined || origin === publicOrigin || origin === `http://${host}`) return;
  throw refused(
    `The request comes from a page of another origin; it has to be this one or ${publicOrigin}. Where the console is reached at another address, set PUBLIC_URL to it.`,
  );
}

/**
 * Keys are not concerned: no page can make a browser send one. Sessions of the console are, since a browser sends its
 * cookie by itself; and so is signing in, lest somebody works in a session that another one made for them.
 */
export function createForgeryGuard(deps: { publicUrl: string; secretBox: SecretBox }): ForgeryGuard {
  const publicOrigin = new URL(deps.publicUrl).origin;
  return (req, principal) => {
    if (safeMethods.includes(req.method) || (principal && !principal.session)) return;
    refuseOtherOrigins(req, publicOrigin);
    if (!principal?.session) return;
    const sent = req.get(csrfHeader);
    if (sent === undefined) {
      throw refused(
        `The header ${csrfHeader} is missing: send the csrfToken that GET /v1/console-session answers, for example "${csrfHeader}: 3f7a…".`,
      );
    }
    if (!same(sent, csrfTokenOf(deps.secretBox, principal.session.hash))) {
      throw refused(`The ${csrfHeader} is of another session: read it again with GET /v1/console-session.`);
    }
  };
}
