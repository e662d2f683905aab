import type { Request, Response } from 'express';
import type { StreamEventRow, StreamPosition } from '../db/queries/stream-events';
import type { EventFeed } from './event-feed';
import { encodePosition } from './event-position';
import type { EventType, StreamEvent } from './schemas/events';

/** How often something is said although nothing happened, so that nobody on the way takes the line for dead. */
const heartbeatMs = 15_000;
/** After what time a client comes back when the line was lost. */
const retryMs = 1_000;
/** What may be waiting for a client that reads slowly; with more it is cut off, and comes back for the rest. */
const maxWaitingBytes = 1_048_576;
const slowForMs = 30_000;

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
  res.status(200);
  res.setHeader('Content-Type', 'text/event-stream');
  // Tells nginx not to keep what it could pass on.
  res.setHeader('X-Accel-Buffering', 'no');
  res.flushHeaders();
  if (req.method === 'HEAD') {
    res.end();
    return;
  }

  // An event without data is none, but its id counts: so a client goes on from here also when nothing came for it.
  const place = (position: StreamPosition) => `id: ${encodePosition({ ...position, atMs: clock() })}\n\n`;
  res.write(`retry: ${retryMs}\n${place(after)}`);

  const listening = feed.listen(after, {
    take(rows) {
      const text = rows
        .filter((row) => channelIds === null || channelIds.has(row.channelId))
        .map(eventText)
        .join('');
      if (text === '' || res.write(text)) return undefined;
      if (res.writableLength > maxWaitingBytes) throw new Error('The client reads too slowly.');
      return drained(res);
    },
    end: () => res.end(),
  });
  const heartbeat = setInterval(() => {
    stillAllowed().then(
      () => {
        if (res.writableLength <= maxWaitingBytes) res.write(`: still here\n${place(listening.position())}`);
        else res.destroy();
      },
      () => res.end(),
    );
  }, heartbeatMs);
  res.on('close', () => {
    clearInterval(heartbeat);
    listening.stop();
  });
}

/** Waits until a client has taken what was written; rejects when it takes too long, or goes. */
function drained(res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      res.off('close', onClose);
      act();
    };
    const onDrain = settle(resolve);
    const onClose = settle(() => reject(new Error('The client has gone.')));
    const timer = setTimeout(
      settle(() => {
        res.destroy();
        reject(new Error('The client reads too slowly.'));
      }),
      slowForMs,
    );
    res.on('drain', onDrain);
    res.on('close', onClose);
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
    sessionId: row.sessionId,
    ...(row.deliveryId === null ? {} : { deliveryId: row.deliveryId }),
    ...(data as Pick<StreamEvent, 'conversationId'>),
    ...(responseAt === undefined ? {} : { responseAt: new Date(responseAt).toISOString() }),
  };
}
