import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forms } from '../installation/installation';
import type { Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { ownChannel } from './support/own-channel';

/** Fails when a redirect is followed, or taken for anything but trouble of the endpoint. */
export const row: Row = {
  number: 16,
  fault: 'redirects, also to a metadata address',
  forms,
  async run(installation, report) {
    const { gateway } = installation;
    const world = new World(installation);
    let visits = 0;
    const elsewhere = createServer((_, response) => {
      visits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const targets = [
      ...[301, 302, 303, 307, 308].map((status) => ({ status, location: `http://127.0.0.1:${port}/` })),
      { status: 307, location: '/followups' },
      { status: 302, location: 'http://169.254.169.254/latest/meta-data/' },
      { status: 307, location: `http://[::ffff:127.0.0.1]:${port}/` },
      { status: 308, location: 'file:///etc/passwd' },
    ];
    try {
      await Promise.all(
        targets.map(async ({ status, location }) => {
          const { followupId, chat } = await ownChannel(world);
          world.mustBeSent(chat, followupId, 'the second answer was 200');
          await gateway.script(chat.id, [{ status, headers: { location } }]);
          await chat.says('agent');
          const { id, attempts, ...delivery } = await chat.delivery('a send', wasSent);
          const what = `${status} to ${location}`;
          const came = outcomes({ id, attempts, ...delivery });
          report.must(`${what}: failed, then sent`, came === 'failed, sent', came);
          report.must(`${what}: kept as it is`, attempts[0]?.httpStatus === status, attempts);
          const requests = chat.requests();
          report.must(`${what}: one request for each attempt`, requests.length === 2, requests);
          const ids = new Set(requests.map(({ webhookId }) => webhookId));
          report.must(`${what}: the same webhook-id`, ids.size === 1 && ids.has(id), [...ids]);
          report.count('redirects');
        }),
      );
      await judge(world, report);
      report.must('nobody came to where they lead', visits === 0, visits);
      report.note('visits where they lead', visits);
    } finally {
      elsewhere.close();
    }
  },
};
