import type { StreamedEvent, StreamOptions } from './calls';
import { NoAnswerError, ProblemError, problemOf } from './errors';
import { type Connection, pauseMs } from './requests';
import { sleep } from './sleep';

/** The API sends a comment every 15 seconds; a connection on which nothing comes for so long is dead. */
const silentForMs = 45_000;

/**
 * Follows a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), for ever: when
 * the connection breaks it is opened again, after the last event that was taken.
 *
 * @param path with its query: `lastEventId` there says where to begin; the header goes before it
 * @throws ProblemError when the API refuses the stream; NoAnswerError when it cannot be reached in `retries` attempts in
 *   a row
 */
export async function* follow<Data>(
  connection: Connection,
  path: string,
  { signal, onConnection }: StreamOptions,
): AsyncGenerator<StreamedEvent<Data>> {
  let last: string | undefined;
  let failures = 0;
  while (!signal?.aborted) {
    let connected = false;
    try {
      for await (const event of connect<Data>(connection, path, last, signal)) {
        if (event === 'connected') {
          connected = true;
          onConnection?.(true);
          failures = 0;
          continue;
        }
        last = event.id;
        yield event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      const lasting = error instanceof ProblemError && error.status < 500 && error.status !== 429;
      // That a connection broke which was there is no failure to connect.
      if (!connected) failures += 1;
      if (lasting || failures > connection.retries) throw error;
    }
    if (connected) onConnection?.(false);
    const waitMs = pauseMs(failures + 1);
    await sleep(waitMs, signal).catch(() => {});
  }
}

async function* connect<Data>(
  connection: Connection,
  path: string,
  last: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<'connected' | StreamedEvent<Data>> {
  const closing = new AbortController();
  let patience = setTimeout(() => closing.abort(), connection.timeoutMs);
  const stillThere = () => {
    clearTimeout(patience);
    patience = setTimeout(() => closing.abort(), silentForMs);
  };
  const signals = signal ? [signal, closing.signal] : [closing.signal];
  try {
    const response = await connection
      .fetch(connection.baseUrl + path, {
        headers: {
          ...connection.headers(),
          accept: 'text/event-stream',
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
        signal: AbortSignal.any(signals),
        redirect: 'manual',
      })
      .catch((cause: unknown) => {
        throw new NoAnswerError(`GET ${connection.baseUrl}${path.replace(/\?.*$/, '')} was not answered.`, { cause });
      });
    if (!response.ok || response.body === null) throw await problemOf(response);
    yield 'connected';
    stillThere();
    yield* eventsOf<Data>(response.body, stillThere);
  } finally {
    clearTimeout(patience);
    closing.abort();
  }
}

/** What the bytes of a stream say, event by event. An event that the end cuts off is not one. */
async function* eventsOf<Data>(
  bytes: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<StreamedEvent<Data>> {
  const decoder = new TextDecoder();
  let buffered = '';
  let fields: Record<string, string> = {};
  let id = '';
  // Not every browser lets a stream be iterated.
  const reader = bytes.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    onBytes();
    buffered += decoder.decode(read.value, { stream: true });
    const lines = buffered.split(/\r\n|\n|\r(?!$)/);
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (fields.data !== undefined) yield { id, type: fields.event ?? 'message', data: JSON.parse(fields.data) };
        fields = {};
        continue;
      }
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (name === 'id') id = value;
      else if (name === 'data' && fields.data !== undefined) fields.data += `\n${value}`;
      else if (name !== '') fields[name] = value;
    }
  }
}
