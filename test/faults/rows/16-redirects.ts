import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import type { DeliveryRows } from '../world/conversation';
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
          const delivery = await chat.delivery('a send', wasSent);
          const ids = chat.requests().map(({ webhookId }) => webhookId);
          notFollowed({ what: `${status} to ${location}`, status, delivery, ids }, report);
          report.count('redirects');
        }),
      );
      await judge(world, report);
      nobodyCame(visits, report);
      report.note('visits where they lead', visits);
    } finally {
      elsewhere.close();
    }
  },
};

type Redirected = { what: string; status: number; delivery: DeliveryRows; ids: readonly string[] };

/** Trouble of the endpoint like any other: kept as it was answered, and tried again at the same place. */
export function notFollowed({ what, status, delivery, ids }: Redirected, report: Judging): void {
  const came = outcomes(delivery);
  report.must(`${what}: failed, then sent`, came === 'failed, sent', came);
  const [first] = delivery.attempts;
  report.must(`${what}: kept as it is`, first?.httpStatus === status, first);
  report.must(`${what}: one request for each attempt`, ids.length === 2, ids);
  const isSame = ids.every((id) => id === delivery.id);
  report.must(`${what}: the same webhook-id`, isSame, ids);
}

export const nobodyCame = (visits: number, report: Judging): void =>
  report.must('nobody came to where they lead', visits === 0, visits);
