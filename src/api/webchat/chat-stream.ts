import type { Request, Response } from 'express';
import { beat, beginEvents, writeEvents } from '../server-sent';
import type { ChatFeed } from './chat-feed';
import { toChatMessage } from './chat-message';
import type { KnownVisitor } from './visitors';

/** Streams the messages of a visitor's conversation until there is nothing more to read, or the visitor goes. */
export function streamChat(
  req: Request,
  res: Response,
  { feed, visitor, after }: { feed: ChatFeed; visitor: KnownVisitor; after: number },
): void {
  if (!beginEvents(req, res)) return;
  // Sent at once, so that the visitor's page knows that it is connected.
  res.write(': here\n\n');
  const stop = feed.follow(visitor, after, {
    take(rows) {
      const events = rows.map((row) => {
        const message = toChatMessage(row);
        return `id: ${message.cursor}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`;
      });
      return writeEvents(res, events.join(''));
    },
    beat: () => beat(res, ': still here\n\n'),
    end: () => res.end(),
    endsAtMs: visitor.expiresAt.getTime(),
  });
  res.on('close', stop);
}
