import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { followupSays } from './support/followup-says';
import { once } from './support/once';
import { ownChannel } from './support/own-channel';

/** A gateway's answer, and the reason that it is shown with; null: it is the endpoint's trouble, and tried again. */
const answers: { status: number; body?: string; outcome: string; reason: string | null }[] = [
  { status: 400, outcome: 'rejected', reason: 'gateway_rejected' },
  { status: 413, outcome: 'rejected', reason: 'gateway_rejected' },
  { status: 422, outcome: 'rejected', reason: 'gateway_rejected' },
  { status: 422, body: '{"code":"too_long"}', outcome: 'rejected', reason: 'gateway_rejected' },
  {
    ...{ status: 422, body: '{"code":"conversation_gone"}' },
    ...{ outcome: 'conversation_gone', reason: 'gateway_rejected' },
  },
  { status: 410, outcome: 'endpoint_gone', reason: 'endpoint_gone' },
  // Of another status it is no word on the conversation.
  { status: 404, body: '{"code":"conversation_gone"}', outcome: 'failed', reason: null },
  ...[401, 403, 404, 408, 425].map((status) => ({ status, outcome: 'failed', reason: null })),
];

/** Fails when a refusal is tried again, trouble is not, or what is shown is not why. */
export const row: Row = {
  number: 17,
  fault: '400, 413, 422, conversation_gone, 410, 401, 403, 404',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    await Promise.all(answers.map((answer) => answered(world, answer, report)));
    await judge(world, report);
  },
};

async function answered(
  world: World,
  { status, body = '', outcome, reason }: (typeof answers)[number],
  report: RowReport,
): Promise<void> {
  const { gateway } = world.installation;
  const { channelId, followupId, chat } = await ownChannel(world);
  const what = `${status} ${body}`.trim();
  world.mustBeSent(chat, followupId, 'the gateway was asked');
  await gateway.script(chat.id, [{ status, body }]);
  await chat.says('agent');
  report.count('answers');

  if (reason === null) {
    const delivery = await chat.delivery('a send', wasSent);
    report.must(`${what}: tried again`, outcomes(delivery) === `${outcome}, sent`, outcomes(delivery));
    await followupSays(chat, followupId, 'sent', 'sent');
    return;
  }
  const delivery = await chat.delivery('an outcome', ({ status: now }) => now === 'failed');
  const { explanation } = await followupSays(chat, followupId, 'failed', reason);
  report.must(`${what}: said in a sentence`, /^[A-Z].*\.$/.test(explanation), explanation);
  if (outcome === 'conversation_gone') {
    await chat.closed();
    const { endedBy } = await chat.session();
    report.must(`${what}: the session ends`, endedBy === 'conversation_gone', endedBy);
  } else if (outcome === 'endpoint_gone') {
    await heldUntilMended(world, channelId, followupId);
  } else {
    // The same silence, and the next one: it is spent.
    await chat.says('user');
    await chat.says('agent');
    await followupSays(chat, followupId, 'failed', reason);
  }
  const [attempts, requests] = [outcomes(delivery), chat.requests()];
  refused({ what, wanted: { reason, attempts: outcome }, reason: delivery.reason, attempts, requests }, report);
}

type Refused = {
  what: string;
  wanted: { reason: string; attempts: string };
  reason: string;
  attempts: string;
  requests: readonly unknown[];
};

/** A refusal of the message itself is its end, and shown as what it is. */
export function refused({ what, wanted, reason, attempts, requests }: Refused, report: Judging): void {
  report.must(`${what}: ${wanted.reason}`, reason === wanted.reason, reason);
  report.must(`${what}: one attempt`, attempts === wanted.attempts, attempts);
  once(requests, report, `: ${what}`);
}

/** The channel of an endpoint that is gone holds what comes due, until the endpoint is given again. */
async function heldUntilMended(world: World, channelId: string, followupId: string): Promise<void> {
  const next = world.conversation(channelId);
  world.mustBeSent(next, followupId, 'the endpoint was given again');
  await next.says('agent');
  await followupSays(next, followupId, 'queued', 'channel_paused');
  await world.calls.expect(200, 'PATCH', `/v1/channels/${channelId}`, {
    body: { endpoint: { url: world.installation.gateway.url } },
  });
  await followupSays(next, followupId, 'sent', 'sent');
}
