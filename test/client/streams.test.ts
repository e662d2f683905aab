import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFollowupsClient } from '../../client/src';

/** Stands in for the API, which does not break its streams to order. */
let server: Server;
let asked: { path: string; headers: IncomingHttpHeaders }[];
let answers: ((response: ServerResponse) => void)[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    (answers.shift() ?? ((other) => other.writeHead(500).end()))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  asked = [];
  answers = [];
});
afterAll(
  () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
);

const client = () =>
  createFollowupsClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'fup_key',
    retries: 1,
  });

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const event = (id: string) =>
  `id: ${id}\nevent: delivery.sent\ndata: {"type":"delivery.sent","deliveryId":"${id}"}\n\n`;

/** Reads so many events, then stops. */
async function take(events: AsyncGenerator<{ id: string; type: string; data: unknown }>, count: number) {
  const taken: { id: string; type: string; data: unknown }[] = [];
  for await (const each of events) {
    taken.push(each);
    if (taken.length === count) break;
  }
  return taken;
}

test('goes on after the last event when the connection breaks, however the bytes come', async () => {
  const cut = event('b');
  answers = [
    (response) => {
      stream(response).write(': hello\n\n');
      for (const byte of event('a')) response.write(byte);
      // Half an event is none.
      response.write(cut.slice(0, -1), () => response.destroy());
    },
    (response) => response.destroy(),
    (response) => stream(response).write(`${event('b')}${event('c').replaceAll('\n', '\r\n')}`),
  ];
  const taken = await take(client().streamEvents({ channelId: 'ch_1', lastEventId: 'before' }), 3);
  expect(taken.map(({ id, type }) => [id, type])).toEqual(['a', 'b', 'c'].map((id) => [id, 'delivery.sent']));
  expect(taken[2]?.data).toEqual({ type: 'delivery.sent', deliveryId: 'c' });
  expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'a', 'a']);
  expect(asked[0]?.path).toBe('/v1/events?channelId=ch_1&lastEventId=before');
});

test('ends with the problem when the API refuses, and with an error when it stays away', async () => {
  answers = [(response) => response.writeHead(403).end('{"code":"forbidden","detail":"No."}')];
  await expect(take(client().streamEvents(), 1)).rejects.toMatchObject({ status: 403, code: 'forbidden' });
  expect(asked).toHaveLength(1);
  answers = [(response) => response.destroy(), (response) => response.destroy()];
  await expect(take(client().streamEvents(), 1)).rejects.toMatchObject({ name: 'NoAnswerError' });
});

test('ends in peace when it is given up', async () => {
  const giveUp = new AbortController();
  answers = [
    (response) => {
      stream(response).write(event('a'));
      setTimeout(() => giveUp.abort(), 50);
    },
  ];
  const taken = await take(client().streamEvents({}, { signal: giveUp.signal }), 2);
  expect(taken.map(({ id }) => id)).toEqual(['a']);
});
