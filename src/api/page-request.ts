import type { PageRequest } from '../db/queries/pages';
import type { IdPrefix } from '../ids';
import { decodeCursor } from './cursor';

/**
 * The rows to read for a page: one more than are shown, to learn whether there are more.
 *
 * @throws ApiProblem 422 for a cursor that is none of this list
 */
export function pageRequest(query: { limit: number; cursor?: string | undefined }, prefix: IdPrefix): PageRequest {
  return { limit: query.limit + 1, after: decodeCursor(query.cursor, prefix) };
}
