import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { selfSignedCertificate } from '../../test/support/self-signed-certificate';
import { createWebhookSender, type SendRequest, type WebhookSenderSettings } from './send-webhook';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, yes').toString('base64')}`;
const olderSecret = `whsec_${Buffer.from('another one of thirty-two bytes.').toString('base64')}`;
const body = JSON.stringify({ type: 'followup.send', data: { deliveryId: 'dlv_1', message: 'Still there? 👋' } });

const servers: Server[] = [];
const sockets = new Set<Socket>();
let accepted = 0;

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  accepted = 0;
});

/** Listens on a free loopback port, counts connections, and is closed after the test. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

type Received = {
  method: string | undefined;
  path: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
};

/** A gateway that keeps what it received and answers as it is told, 200 unless told otherwise. */
async function gateway(
  answer: (response: http.ServerResponse, request: http.IncomingMessage) => unknown = (response) => response.end(),
): Promise<{ port: number; url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    received.push({ method: request.method, path: request.url, headers: request.headers, body: text });
    await answer(response, request);
  });
  const port = await listening(server);
  return { port, url: `http://127.0.0.1:${port}/hook?channel=1`, received };
}

function send(request: Partial<SendRequest> & { url: string }, settings: Partial<WebhookSenderSettings> = {}) {
  const sender = createWebhookSender({ egressAllow: ['127.0.0.0/8'], ...settings });
  return sender.send({ webhookId: 'dlv_1', secrets: [secret], body, ...request });
}

/** A promise with its resolve beside it. */
function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('the request', () => {
  test('is one signed POST that a receiver can verify', async () => {
    const { url, port, received } = await gateway((response) => response.writeHead(202).end('{"messageId":"m1"}'));
    const result = await send({ url });

    expect(result).toMatchObject({ kind: 'answered', status: 202, retryAfterMs: null, body: '{"messageId":"m1"}' });
    expect(received).toHaveLength(1);
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', path: '/hook?channel=1', body });
    expect(request?.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'webhook-id': 'dlv_1',
    });
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.body ?? '', headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(olderSecret).verify(request?.body ?? '', headers)).toThrow('No matching signature');
  });

  test('is signed by every secret while one replaces another', async () => {
    const { url, received } = await gateway();
    await send({ url, secrets: [secret, olderSecret] });
    const headers = received[0]?.headers as Record<string, string>;
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const each of [secret, olderSecret]) {
      expect(new Webhook(each).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  test('is repeated with the same id and body, on a connection, time and signature of its own', async () => {
    const { url, received } = await gateway();
    const sender = createWebhookSender({ egressAllow: ['127.0.0.0/8'] });
    for (const nowMs of [1_700_000_000_999, 1_700_000_060_000]) {
      await sender.send({ url, webhookId: 'dlv_1', secrets: [secret], body, nowMs: () => nowMs });
    }
    expect(accepted).toBe(2);
    expect(received.map((request) => request.headers['webhook-id'])).toEqual(['dlv_1', 'dlv_1']);
    expect(received.map((request) => request.headers['webhook-timestamp'])).toEqual(['1700000000', '1700000060']);
    expect(new Set(received.map((request) => request.headers['webhook-signature'])).size).toBe(2);
    expect(new Set(received.map((request) => request.body))).toEqual(new Set([body]));
  });

  test.each([
    ['no secret', { secrets: [] }, 'at least one signing secret'],
    ['a secret that is none', { secrets: ['whsec_no base64!'] }, 'whsec_" followed by base64'],
    ['an empty secret', { secrets: ['whsec_'] }, 'whsec_" followed by base64'],
    ['an id that is no header', { webhookId: 'a\nb' }, 'webhook-id'],
  ])('is not begun with %s, which is not repeated', async (_what, wrong, says) => {
    const { url } = await gateway();
    const failure = await send({ url, ...wrong }).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining(says) });
    expect(String(failure)).not.toContain('no base64!');
    expect(accepted).toBe(0);
  });
});

describe('the fence', () => {
  test('is asked when the connection stands and before the first byte, and told of the last', async () => {
    const steps: string[] = [];
    const connected = signal();
    const written = signal();
    const server = http.createServer(async (request, response) => {
      request.resume();
      await written.promise;
      steps.push('answer');
      response.end();
    });
    const port = await listening(server);
    server.on('connection', (socket: Socket) => {
      steps.push('connected');
      connected.resolve();
      socket.prependListener('data', () => steps.push('bytes'));
    });

    const result = await send({
      url: `http://127.0.0.1:${port}/`,
      beforeWrite: async () => {
        await connected.promise;
        // Enough turns of the event loop that a byte written too early would have arrived.
        for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
        steps.push('asked');
        return true;
      },
      afterWrite: async () => {
        steps.push('written');
        written.resolve();
      },
      // The clock that is signed is read after the fence, too.
      nowMs: () => {
        if (!steps.includes('signed')) steps.push('signed');
        return Date.now();
      },
    });
    expect(result).toMatchObject({ kind: 'answered', status: 200 });
    expect(steps.indexOf('bytes')).toBeGreaterThan(steps.indexOf('asked'));
    expect(steps.filter((step) => step !== 'bytes')).toEqual(['connected', 'asked', 'signed', 'written', 'answer']);
  });

  test.each([
    ['says no', async () => false, undefined],
    ['throws', async () => Promise.reject(new Error('the lock is lost')), 'the lock is lost'],
  ])('that %s lets nothing through', async (_what, beforeWrite, message) => {
    let bytes = 0;
    const closed = signal();
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      socket.once('close', closed.resolve);
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const afterWrite = jest.fn(async () => undefined);
    const sending = send({ url, beforeWrite, afterWrite });
    if (message === undefined) expect(await sending).toEqual({ kind: 'withheld' });
    else await expect(sending).rejects.toThrow(message);
    await closed.promise;
    expect(bytes).toBe(0);
    expect(afterWrite).not.toHaveBeenCalled();
  });

  test('that does not hold any more when the first byte is to be written lets nothing through', async () => {
    const { url, received } = await gateway();
    const order: string[] = [];
    const beforeWrite = async () => {
      order.push('let through');
      return true;
    };
    const mayWrite = (holds: boolean) => () => {
      order.push('looked at');
      return holds;
    };
    expect(await send({ url, beforeWrite, mayWrite: mayWrite(false) })).toEqual({ kind: 'withheld' });
    expect(received).toEqual([]);
    expect(await send({ url, beforeWrite, mayWrite: mayWrite(true) })).toMatchObject({ kind: 'answered', status: 200 });
    expect(order).toEqual(['let through', 'looked at', 'let through', 'looked at']);
  });

  test('that fails to close does not change what happened', async () => {
    const { url } = await gateway();
    const result = await send({ url, afterWrite: async () => Promise.reject(new Error('no database')) });
    expect(result).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('is not asked without a connection', async () => {
    const beforeWrite = jest.fn(async () => true);
    expect(await send({ url: 'http://10.0.0.1/', beforeWrite })).toEqual({ kind: 'blocked', address: '10.0.0.1' });
    expect(beforeWrite).not.toHaveBeenCalled();
  });

  test('whose gateway hung up meanwhile: nothing was written', async () => {
    const closed = signal();
    const server = createServer((socket) => {
      socket.resume();
      // It closes on this side when the other side has closed, too.
      socket.once('close', closed.resolve);
      socket.end();
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const beforeWrite = () => closed.promise.then(() => true);
    expect(await send({ url, beforeWrite })).toMatchObject({ kind: 'unreachable', code: 'ECONNRESET' });
  });
});

describe('the answer', () => {
  test.each([200, 204, 302, 307, 400, 404, 410, 422, 429, 500, 503])('%d is an answer', async (status) => {
    const { url } = await gateway((response) => response.writeHead(status).end());
    expect(await send({ url })).toMatchObject({ kind: 'answered', status });
  });

  test('that redirects is not followed', async () => {
    const other = await gateway();
    const { url } = await gateway((response) => response.writeHead(302, { location: other.url }).end());
    expect(await send({ url })).toMatchObject({ kind: 'answered', status: 302 });
    expect(other.received).toEqual([]);
  });

  test('that switches protocols is an answer', async () => {
    const { url } = await gateway((response) => {
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect(await send({ url })).toMatchObject({ kind: 'answered', status: 101 });
  });

  test('may ask for a pause', async () => {
    const { url } = await gateway((response) => response.writeHead(503, { 'retry-after': '7' }).end());
    expect(await send({ url })).toMatchObject({ status: 503, retryAfterMs: 7_000 });
    const date = 'Mon, 23 Nov 2026 12:00:30 GMT';
    const dated = await gateway((response) => response.writeHead(429, { 'retry-after': date }).end());
    const nowMs = () => Date.parse('2026-11-23T12:00:00Z');
    expect(await send({ url: dated.url, nowMs })).toMatchObject({ status: 429, retryAfterMs: 30_000 });
  });

  test('of a gigabyte is read to its limit', async () => {
    const closed = signal();
    let offered = 0;
    const { url } = await gateway((response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const pump = () => {
        while (offered < 2 ** 30 && !response.destroyed) {
          offered += chunk.length;
          if (!response.write(chunk)) return response.once('drain', pump);
        }
      };
      response.once('close', closed.resolve);
      pump();
    });
    const result = await send({ url });
    expect(result).toMatchObject({ kind: 'answered', status: 200, body: 'x'.repeat(65_536) });
    await closed.promise;
    expect(offered).toBeLessThan(2 ** 28);
  });

  test('that drips is taken as far as it came', async () => {
    const { url } = await gateway((response) => {
      response.write('{"messageId":');
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    });
    const result = await send({ url }, { requestTimeoutMs: 1_500 });
    expect(result).toMatchObject({ kind: 'answered', status: 200, body: expect.stringMatching(/^\{"messageId": *$/) });
  });

  test('that is cut is taken as far as it came', async () => {
    const { url } = await gateway((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"messageId":', () => response.socket?.destroy());
    });
    expect(await send({ url })).toMatchObject({ kind: 'answered', status: 200, body: '{"messageId":' });
  });

  test('that never comes is lost at the deadline', async () => {
    const { url, received } = await gateway(() => undefined);
    const afterWrite = jest.fn(async () => undefined);
    const result = await send({ url, afterWrite }, { requestTimeoutMs: 1_500 });
    expect(result).toMatchObject({ kind: 'lost', code: 'DEADLINE', durationMs: expect.any(Number) });
    expect(received).toHaveLength(1);
    expect(afterWrite).toHaveBeenCalledTimes(1);
  });

  test('whose head drips is lost at the deadline', async () => {
    const server = createServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x-drip: 1\r\n'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    expect(await send({ url }, { requestTimeoutMs: 1_500 })).toMatchObject({ kind: 'lost', code: 'DEADLINE' });
  });

  test('is lost when the connection is reset after receipt', async () => {
    const { url, received } = await gateway((response) => response.socket?.resetAndDestroy());
    expect(await send({ url })).toMatchObject({ kind: 'lost', code: 'ECONNRESET' });
    expect(received).toHaveLength(1);
  });

  test('is lost when it is not HTTP', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end('hello\r\n\r\n'));
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    expect(await send({ url })).toMatchObject({ kind: 'lost', code: expect.stringContaining('HPE_') });
  });
});

describe('an abort', () => {
  test('before the connection: nothing happened', async () => {
    const { url } = await gateway();
    const abortSignal = AbortSignal.abort();
    expect(await send({ url, abortSignal })).toMatchObject({ kind: 'unreachable', code: 'ABORTED' });
    expect(accepted).toBe(0);
  });

  test('under the fence: withheld', async () => {
    const { url, received } = await gateway();
    const controller = new AbortController();
    const beforeWrite = async () => {
      controller.abort();
      return true;
    };
    expect(await send({ url, beforeWrite, abortSignal: controller.signal })).toEqual({ kind: 'withheld' });
    expect(received).toEqual([]);
  });

  test('while the answer is awaited: lost', async () => {
    const controller = new AbortController();
    const { url } = await gateway(() => controller.abort());
    expect(await send({ url, abortSignal: controller.signal })).toMatchObject({ kind: 'lost', code: 'ABORTED' });
  });
});

describe('no connection', () => {
  const beforeWrite = jest.fn(async () => true);
  afterEach(() => {
    expect(beforeWrite).not.toHaveBeenCalled();
  });

  test('refused', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const result = await send({ url: `http://127.0.0.1:${port}/`, beforeWrite });
    expect(result).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED', durationMs: expect.any(Number) });
  });

  test('a name that is not known', async () => {
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    const result = await send({ url: 'http://gateway.test/', beforeWrite }, { lookup });
    expect(result).toMatchObject({ kind: 'unreachable', code: 'ENOTFOUND' });
  });

  test('a name that has no address', async () => {
    const lookup: LookupFunction = (_name, _options, callback) => callback(null, []);
    const result = await send({ url: 'http://gateway.test/', beforeWrite }, { lookup });
    expect(result).toMatchObject({ kind: 'unreachable', code: 'ENOTFOUND' });
  });

  test('a lookup that hangs', async () => {
    const settings = { lookup: () => undefined, requestTimeoutMs: 1_500 };
    const result = await send({ url: 'http://gateway.test/', beforeWrite }, settings);
    expect(result).toMatchObject({ kind: 'unreachable', code: 'DEADLINE' });
  });

  test('a server that does not speak TLS', async () => {
    const { port, received } = await gateway();
    const result = await send({ url: `https://127.0.0.1:${port}/`, beforeWrite });
    expect(result).toMatchObject({ kind: 'unreachable', code: expect.stringMatching(/^(EPROTO|ERR_SSL_.*)$/) });
    expect(received).toEqual([]);
  });

  test('a server that is silent on TLS', async () => {
    const port = await listening(createServer());
    const result = await send({ url: `https://127.0.0.1:${port}/`, beforeWrite }, { requestTimeoutMs: 1_500 });
    expect(result).toMatchObject({ kind: 'unreachable', code: 'DEADLINE' });
  });

  test('a certificate that nobody trusts', async () => {
    const received = jest.fn();
    const port = await listening(https.createServer(selfSignedCertificate(), received));
    const result = await send({ url: `https://127.0.0.1:${port}/`, beforeWrite });
    expect(result).toMatchObject({ kind: 'unreachable', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(received).not.toHaveBeenCalled();
  });

  test('a certificate for another host', async () => {
    const { key, cert } = selfSignedCertificate();
    const port = await listening(https.createServer({ key, cert }));
    const lookup: LookupFunction = (_name, _options, callback) => callback(null, '127.0.0.1', 4);
    const named = await send({ url: `https://gateway.test:${port}/`, beforeWrite }, { ca: cert, lookup });
    expect(named).toMatchObject({ kind: 'unreachable', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

test('TLS with a trusted certificate is sent through, by address and by name', async () => {
  const { key, cert } = selfSignedCertificate();
  const server = https.createServer({ key, cert }, (_request, response) => response.end('secure'));
  const port = await listening(server);
  const lookup: LookupFunction = (_name, _options, callback) => callback(null, '127.0.0.1', 4);
  for (const host of ['127.0.0.1', 'localhost']) {
    const result = await send({ url: `https://${host}:${port}/` }, { ca: cert, lookup });
    expect(result).toMatchObject({ kind: 'answered', status: 200, body: 'secure' });
  }
});

describe('the egress guard', () => {
  test.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1.',
    '0.0.0.0',
    '0',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '①②⑦.⓪.⓪.①',
  ])('refuses %s, and nobody is connected to', async (host) => {
    const { port } = await gateway();
    const result = await send({ url: `http://${host}:${port}/` }, { egressAllow: [] });
    expect(result).toEqual({ kind: 'blocked', address: expect.any(String) });
    expect(accepted).toBe(0);
  });

  test.each(['2130706433', '0x7f.1', '127.1'])('lets %s through where loopback is allowed', async (host) => {
    const { port, received } = await gateway();
    expect(await send({ url: `http://${host}:${port}/` })).toMatchObject({ kind: 'answered' });
    expect(received[0]?.headers.host).toBe(`127.0.0.1:${port}`);
  });

  test.each([
    '169.254.169.254',
    '[fd00:ec2::254]',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ])('refuses %s where everything is allowed', async (host) => {
    const { port } = await gateway();
    const result = await send({ url: `http://${host}:${port}/` }, { egressAllow: ['0.0.0.0/0', '::/0'] });
    expect(result).toMatchObject({ kind: 'blocked' });
    expect(accepted).toBe(0);
  });

  test('refuses a name with one public address and one of this host', async () => {
    const { port } = await gateway();
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(null, [
        { address: '1.1.1.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const result = await send({ url: `http://gateway.test:${port}/` }, { egressAllow: [], lookup });
    expect(result).toEqual({ kind: 'blocked', address: '127.0.0.1' });
    expect(accepted).toBe(0);
  });

  test('looks a name up once per attempt, and refuses it when it has moved to another address', async () => {
    const { port, received } = await gateway();
    const answers = ['127.0.0.1', '127.0.0.2'];
    const lookup = jest.fn<void, Parameters<LookupFunction>>((_name, _options, callback) =>
      callback(null, answers.shift() ?? '127.0.0.3', 4),
    );
    const settings = { egressAllow: ['127.0.0.1/32'], lookup };
    const url = `http://gateway.test:${port}/`;
    expect(await send({ url }, settings)).toMatchObject({ kind: 'answered', status: 200 });
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(await send({ url }, settings)).toEqual({ kind: 'blocked', address: '127.0.0.2' });
    expect(lookup).toHaveBeenCalledTimes(2);
    expect(received).toHaveLength(1);
    expect(received[0]?.headers.host).toBe(`gateway.test:${port}`);
  });

  test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user:word@127.0.0.1/', 'not a URL', ''])(
    'refuses the URL %p',
    async (url) => expect(await send({ url })).toEqual({ kind: 'blocked' }),
  );
});
