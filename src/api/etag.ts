import { ApiProblem } from './problems';

/** The strong entity tag of a revision (RFC 9110, 8.8.3). */
export const etag = (revision: number): string => `"${revision}"`;

/**
 * Holds a request to the revision that it was made for (RFC 9110, 13.1.1: strong comparison, `*` for any).
 *
 * @throws ApiProblem 412 when the thing has another revision by now
 */
export function checkIfMatch(ifMatch: string | undefined, revision: number): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(etag(revision))) return;
  throw new ApiProblem('precondition_failed', `The revision is ${revision} by now; If-Match names another one.`);
}
