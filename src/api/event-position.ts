import type { StreamPosition } from '../db/queries/stream-events';
import { invalidField } from './problems';
import { exampleEventId } from './schemas/events';

/** A place in the stream, with its time, by which one that is too old is known. */
export type TimedPosition = StreamPosition & { atMs: number };

/** How long events are kept. */
export const eventRetentionMs = 7 * 86_400_000;

/** The id of an event, by which a stream goes on after it. Opaque to callers. */
export const encodePosition = ({ txid, id, atMs }: TimedPosition): string =>
  Buffer.from(`${txid}.${id}.${atMs}`).toString('base64url');

/**
 * @throws ApiProblem 422 when it is no id of an event, or of one so old that those after it are not all kept any more
 */
export function decodePosition(lastEventId: string, nowMs: number): TimedPosition {
  const parts = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(lastEventId, 'base64url').toString());
  if (!parts) {
    throw invalidField(
      'lastEventId',
      'invalid_event_id',
      `Give the id of an event of this stream, unchanged, or leave it out, for example "${exampleEventId}".`,
    );
  }
  const atMs = Number(parts[3]);
  if (atMs < nowMs - eventRetentionMs) {
    throw invalidField(
      'lastEventId',
      'too_old',
      'Events are kept for 7 days, and those after this one are not all there any more: read the lists, for example GET /v1/deliveries, and begin the stream anew without an id.',
    );
  }
  return { txid: Number(parts[1]), id: Number(parts[2]), atMs };
}

/** Below nothing, above something, in the order of the stream. */
export const comparePositions = (one: StreamPosition, other: StreamPosition): number =>
  one.txid - other.txid || one.id - other.id;
