import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { createWebhookSender } from '../../../src/gateway/send-webhook';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes } from './support/attempts';
import { ownChannel } from './support/own-channel';

/** Where the loopback itself is allowed, as here, every other way to write it is not. */
const waysToTheGateway = (port: string) =>
  [
    ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
    ...['[2002:7f00:1::]', '[::ffff:0:7f00:1]', '[::]', '0.0.0.0', '0', '0x0', '[::1]'],
  ].map((host) => `http://${host}:${port}/followups`);

const elsewhere = [
  // 169.254.169.254
  ...['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]'],
  // 10.0.0.1
  ...['167772161', '0xa000001', '012.0.0.1', '10.1', '[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', '[fd12:3456::1]'],
].map((host) => `http://${host}/`);

/** Fails when a followup reaches one of these addresses, or is shown with another reason. */
export const row: Row = {
  number: 19,
  fault: 'endpoint addresses that mean this network, and a name that rebinds',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { port } = new URL(installation.gateway.url);
    await Promise.all(
      [...waysToTheGateway(port), ...elsewhere].map(async (url) => {
        const { followupId, chat } = await ownChannel(world, { channel: { endpoint: { url } } });
        world.mustNotBeSent(chat, followupId, `${url} means this network`);
        await chat.says('agent');
        const delivery = await chat.delivery('an outcome', ({ status }) => ['failed', 'sent'].includes(status));
        blocked({ url, reason: delivery.reason, attempts: outcomes(delivery) }, report);
        report.count('addresses refused');
      }),
    );
    await judge(world, report);
    await rebinds(report);
  },
};

/** Nothing was connected to, it is not tried again, and the reason is said. */
export function blocked({ url, reason, attempts }: { url: string; reason: string; attempts: string }, report: Judging) {
  report.must(`${url}: endpoint_blocked`, reason === 'endpoint_blocked', reason);
  report.must(`${url}: one attempt, blocked`, attempts === 'blocked', attempts);
}

/**
 * A name that leads elsewhere when it is asked for again. Names are the operating system's, so this is the worker's own
 * sender in this process, with a lookup of the row's own: only 127.0.0.1 is allowed, and the name turns to 127.0.0.2.
 */
async function rebinds(report: RowReport): Promise<void> {
  const visited: string[] = [];
  const server = createServer((incoming, response) => {
    visited.push(incoming.socket.localAddress ?? '');
    incoming.resume();
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  let answers: string[][] = [];
  let lookups = 0;
  const lookup: LookupFunction = (_name, _options, callback) => {
    lookups += 1;
    const [next = [], ...rest] = answers;
    answers = rest.length > 0 ? rest : answers;
    callback(
      null,
      next.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const sender = createWebhookSender({ egressAllow: ['127.0.0.1/32'], lookup });
  const send = () =>
    sender.send({
      ...{ url: `http://rebinds.example.com:${port}/`, webhookId: 'dlv_1', body: '{}' },
      secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`],
    });
  try {
    answers = [['127.0.0.1'], ['127.0.0.2']];
    const first = await send();
    report.must('the name is asked for once, and that address connected to', lookups === 1, lookups);
    report.must('the allowed address is sent to', first.kind === 'answered', first);
    const second = await send();
    report.must('once it has turned, it is blocked', second.kind === 'blocked', second);
    for (const addresses of [['127.0.0.1', '127.0.0.2'], ['::ffff:127.0.0.1'], ['64:ff9b::7f00:1'], ['0.0.0.0']]) {
      answers = [addresses];
      const result = await send();
      report.must(`a name with ${addresses.join(' and ')} is blocked as a whole`, result.kind === 'blocked', result);
    }
    onlyTheAllowed(visited, report);
    report.count('names that turn', 5);
  } finally {
    server.close();
  }
}

/** @param visited the addresses that were connected to */
export const onlyTheAllowed = (visited: readonly string[], report: Judging): void =>
  report.must('nothing else was connected to', visited.join() === '127.0.0.1', visited);
