import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Request, Response } from 'express';
import { beginEvents } from './server-sent';

/** What beginning answers to a client that sends its request and does as `then` says. */
async function begun(then: 'stays' | 'leaves'): Promise<boolean> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
  const [req, res] = await once(server, 'request');
  if (then === 'leaves') {
    client.destroy();
    await once(res, 'close');
  }
  const began = beginEvents(req as Request, Object.assign(res, { status: () => res }) as Response);
  client.destroy();
  server.closeAllConnections();
  server.close();
  return began;
}

test('events begin for a client that waits for them', async () => {
  expect(await begun('stays')).toBe(true);
});

test('nothing begins for a client that has left: nobody would say when to end', async () => {
  expect(await begun('leaves')).toBe(false);
});
