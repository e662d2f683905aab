import { type IdPrefix, idPattern } from '../ids';
import { invalidField } from './problems';

/** Where a page ended: lists are ordered by time of creation and id, both of which never change. */
export type Cursor = { createdAt: Date; id: string };

export const encodeCursor = ({ createdAt, id }: Cursor): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

/**
 * @param prefix of the ids in the list: a cursor of another list is refused
 * @throws ApiProblem 422 when it is no cursor of this list
 */
export function decodeCursor(cursor: string | undefined, prefix: IdPrefix): Cursor | null {
  if (cursor === undefined) return null;
  const [time = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString().split('.');
  if (rest.length > 0 || !/^\d{1,14}$/.test(time) || !idPattern(prefix).test(id)) {
    throw invalidField(
      'cursor',
      'invalid_cursor',
      'Give the nextCursor of the page before, unchanged, or leave it out, for example ?limit=50',
    );
  }
  return { createdAt: new Date(Number(time)), id };
}

/** A page of at most `limit` rows, from `limit + 1` that were read to find out whether there are more. */
export function toPage<Row extends Cursor>(rows: Row[], limit: number): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
}
