import { get, type IncomingMessage } from 'node:http';
import { eventually } from './eventually';

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; tests say what they expect of it.
export type ReceivedEvent = { id: string; type: string; data: any };

/** A stream of server-sent events, read as the HTML standard has it. */
export type EventReader = {
  status: number;
  headers: IncomingMessage['headers'];
  /** What came so far, in order. */
  events: ReceivedEvent[];
  /** The id to go on from. */
  lastEventId(): string;
  /** Set once the stream has ended. */
  ended(): boolean;
  /** Stops reading for a while, as a slow client does. */
  pause(): void;
  resume(): void;
  close(): void;
};

/** Opens a stream, that of the API's events or another one, and waits until it has begun. */
export async function readEvents(
  baseUrl: string,
  key: string,
  { path = '/v1/events', query = '', lastEventId }: { path?: string; query?: string; lastEventId?: string } = {},
): Promise<EventReader> {
  const headers = {
    authorization: `Bearer ${key}`,
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const events: ReceivedEvent[] = [];
  let id = '';
  let begun = false;
  let ended = false;
  let buffered = '';
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own, that nobody else waits for.
    get(`${baseUrl}${path}${query}`, { headers, agent: false }, resolve).on('error', reject);
  });
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('close', () => {
    ended = true;
  });
  response.on('data', (chunk: string) => {
    buffered += chunk;
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      begun = true;
      id = field('id') ?? id;
      const data = field('data');
      if (data !== undefined) events.push({ id, type: field('event') ?? 'message', data: JSON.parse(data) });
    }
  });
  const reader: EventReader = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    lastEventId: () => id,
    ended: () => ended,
    pause: () => response.pause(),
    resume: () => response.resume(),
    close: () => response.destroy(),
  };
  if (reader.status === 200) await eventually('the beginning of the stream', () => begun);
  return reader;
}
