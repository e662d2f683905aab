import type { Request, Response } from 'express';

/** How often something is said although nothing happened, so that nobody on the way takes the line for dead. */
export const heartbeatMs = 15_000;
/** After what time a client comes back when the line was lost. */
const retryMs = 1_000;
/** What may be waiting for a client that reads slowly; with more it is cut off, and comes back for the rest. */
const maxWaitingBytes = 1_048_576;
const slowForMs = 30_000;

/**
 * Begins an answer of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * @returns false when the answer is at its end: only the headers were asked for, or the client has gone already
 */
export function beginEvents(req: Request, res: Response): boolean {
  // It would never be told that the client goes, and stay for ever.
  if (res.destroyed) return false;
  res.status(200);
  res.setHeader('Content-Type', 'text/event-stream');
  // Tells nginx not to keep what it could pass on.
  res.setHeader('X-Accel-Buffering', 'no');
  res.flushHeaders();
  if (req.method === 'HEAD') {
    res.end();
    return false;
  }
  res.write(`retry: ${retryMs}\n`);
  return true;
}

/**
 * Writes events. Resolves once there is room for more.
 *
 * @throws when the client reads too slowly, or has gone
 */
export function writeEvents(res: Response, text: string): Promise<void> | undefined {
  if (text === '' || res.write(text)) return undefined;
  if (res.writableLength > maxWaitingBytes) throw new Error('The client reads too slowly.');
  return drained(res);
}

/** Says something although nothing happened; who reads too slowly for that is cut off. */
export function beat(res: Response, text: string): void {
  if (res.writableLength <= maxWaitingBytes) res.write(text);
  else res.destroy();
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
