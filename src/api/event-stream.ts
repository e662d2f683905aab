import type { Request, Response } from 'express';
import type { StreamEventRow, StreamPosition } from '../db/queries/stream-events';
import type { EventFeed } from './event-feed';
import { encodePosition } from './event-position';
import type { EventType, StreamEvent } from './schemas/events';
import { beat, beginEvents, heartbeatMs, writeEvents } from './server-sent';

export type EventStreamOptions = {
  feed: EventFeed;
  after: StreamPosition;
  /** Only events of these channels; null: of all. */
  channelIds: ReadonlySet<string> | null;
  /** Asked with every heartbeat: rejects when the caller may not listen any more. */
  stillAllowed: () => Promise<void>;
  clock: () => number;
};

/** Streams events until the client goes, falls behind, may not listen any more, or the process stops. */
export function streamEvents(req: Request, res: Response, options: EventStreamOptions): void {
  const { feed, after, channelIds, stillAllowed, clock } = options;
  if (!beginEvents(req, res)) return;

  // An event without data is none, but its id counts: so a client goes on from here also when nothing came for it.
  const place = (position: StreamPosition) => `id: ${encodePosition({ ...position, atMs: clock() })}\n\n`;
  res.write(place(after));

  const listening = feed.listen(after, {
    take(rows) {
      const text = rows
        .filter((row) => channelIds === null || channelIds.has(row.channelId))
        .map(eventText)
        .join('');
      return writeEvents(res, text);
    },
    end: () => res.end(),
  });
  const heartbeat = setInterval(() => {
    stillAllowed().then(
      () => beat(res, `: still here\n${place(listening.position())}`),
      () => res.end(),
    );
  }, heartbeatMs);
  res.on('close', () => {
    clearInterval(heartbeat);
    listening.stop();
  });
}

const eventText = (row: StreamEventRow): string => {
  const event = toEvent(row);
  const id = encodePosition({ txid: row.txid, id: row.id, atMs: row.at.getTime() });
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
};

/** What the triggers wrote, as it is documented. */
function toEvent(row: StreamEventRow): StreamEvent {
  const { responseAt, ...data } = row.data as Partial<StreamEvent>;
  return {
    type: row.type as EventType,
    at: row.at.toISOString(),
    channelId: row.channelId,
    // What is said on a web chat is of no session.
    ...(row.sessionId === '' ? {} : { sessionId: row.sessionId }),
    ...(row.deliveryId === null ? {} : { deliveryId: row.deliveryId }),
    ...(data as Pick<StreamEvent, 'conversationId'>),
    ...(responseAt === undefined ? {} : { responseAt: new Date(responseAt).toISOString() }),
  };
}
