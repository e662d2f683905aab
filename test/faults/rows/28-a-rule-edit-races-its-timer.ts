import { freePort } from '../../../src/embedded/ports';
import { eventually, sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Conversation, DeliveryRows } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { followupSays } from './support/followup-says';
import { reconcileNow } from './support/reconcile-now';
import { strayApi } from './support/stray-programs';

/**
 * Fails when a rule that was switched off is sent, when the later of two editors overwrites the first, or when sessions
 * never learn of a change whose rollout was not started.
 */
export const row: Row = {
  number: 28,
  fault: 'a rule edit races its due timer',
  forms,
  async run(installation, report) {
    const count = report.thorough ? 300 : 40;
    const races: { chat: Conversation; followupId: string; committedAtMs: number }[] = [];
    const world = new World(installation);
    const { agentId } = await world.makeChannel();
    // How long sends take varies with the machine: the edits are spread so that about half of them come first.
    let spreadMs = 600;
    await inParallel(Array.from({ length: count }), 8, async (_, index) => {
      // A channel for each: an edit concerns all sessions of a channel.
      const channelId = await world.addChannel(agentId);
      const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
      const chat = world.conversation(channelId);
      world.mayBeSent(chat, followupId, 'a race');
      const at = new Date();
      await chat.says('agent', { at });
      await sleep(at.getTime() + 1_900 + report.random.of(index).fraction() * spreadMs - Date.now());
      await world.calls.expect(200, 'POST', `/v1/followups/${followupId}/deactivate`);
      const committedAtMs = Date.now();
      spreadMs = chat.requests().length > 0 ? Math.max(200, spreadMs * 0.8) : Math.min(20_000, spreadMs * 1.25);
      races.push({ chat, followupId, committedAtMs });
    });
    let sent = 0;
    await inParallel(races, 6, async ({ chat, followupId, committedAtMs }) => {
      // While a request is under way its session may be asked already, and tell of the edit; one that was opened after
      // the edit does not know of the followup at all.
      const status = await eventually(`what the session of ${chat.id} says to be so`, async () => {
        const { followups } = await chat.session();
        const told =
          followups.find((one: { followupId: string }) => one.followupId === followupId)?.status ?? 'skipped';
        return ['skipped', 'sent'].includes(told) && (told === 'sent') === chat.requests().length > 0 && told;
      });
      if (status === 'sent') sent++;
      const attempts = (await chat.deliveries()).flatMap((delivery) => delivery.attempts);
      nothingBegunAfter({ committedAtMs, attempts, requests: chat.requests() }, report);
    });
    report.note('sent first', sent);
    report.note('edited first', count - sent);
    report.must('both came to pass', sent > 0 && sent < count, sent);
    await twoEditors(world, report);
    await neverRolledOut(world, report);
    await judge(world, report);
  },
};

type Edited = { committedAtMs: number; attempts: DeliveryRows['attempts']; requests: readonly unknown[] };

/** What was committed before the claim wins. */
export function nothingBegunAfter({ committedAtMs, attempts, requests }: Edited, report: Judging): void {
  const begun = attempts.filter(({ sendingAt }) => Date.parse(sendingAt ?? '') > committedAtMs);
  report.must('nothing begins after the edit was committed', begun.length === 0, { committedAtMs, attempts });
  report.must('one request at most', requests.length <= 1, requests.length);
}

/** Both know the same revision: the second one is told that it is not the last any more. */
async function twoEditors(world: World, report: RowReport): Promise<void> {
  const { channelId } = await world.makeChannel();
  for (let time = 0; time < 5; time++) {
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 3_600 });
    const path = `/v1/followups/${followupId}`;
    const { headers } = await world.calls.once('GET', path);
    const edit = (title: string) =>
      world.calls.once('PATCH', path, {
        body: { title },
        headers: { 'if-match': headers.get('etag') ?? '', 'content-type': 'application/merge-patch+json' },
      });
    const answers = await Promise.all([edit('First'), edit('Second')]);
    oneWins(
      answers.map(({ status }) => status),
      report,
    );
    report.count('stale edits refused');
  }
}

export const oneWins = (statuses: readonly number[], report: Judging): void =>
  report.must('one 200, one 412', [...statuses].sort().join() === '200,412', statuses);

/**
 * The API that commits the change cannot start its rollout, as one that dies in between: no session hears of it, until
 * the Schedule's reconciler finds that it was never started.
 */
async function neverRolledOut(world: World, report: RowReport): Promise<void> {
  const { installation, calls } = world;
  const { channelId } = await world.makeChannel();
  const followupId = await world.makeFollowup(channelId, { delaySeconds: 3_600 });
  const chat = world.conversation(channelId);
  world.mustNotBeSent(chat, followupId, 'it was switched off');
  await chat.says('agent');
  await followupSays(chat, followupId, 'waiting', 'waiting');
  // Of what goes before, so that there is nothing left to be rolled out but the change.
  await eventually('the first rollout', async () => isRolledOut(await revisionsOf(world, channelId)));
  const { part, url } = await strayApi(installation, { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
  try {
    part.launch();
    await eventually('the API to be up', async () => (await fetch(`${url}/healthz`)).ok, 60_000);
    calls.ask([url]);
    await calls.expect(200, 'POST', `/v1/followups/${followupId}/deactivate`);
  } finally {
    calls.ask(installation.apiUrls);
    await part.kill();
  }
  const before = await revisionsOf(world, channelId);
  report.must('nobody has started the rollout', !isRolledOut(before), before);
  // What is younger than a minute it leaves alone: it is made older.
  await installation.sql`update channels set plan_changed_at = plan_changed_at - interval '2 minutes' where id = ${channelId}`;
  await reconcileNow(installation);
  await followupSays(chat, followupId, 'skipped', 'inactive');
  await eventually('the rollout to be noted', async () => isRolledOut(await revisionsOf(world, channelId))).catch(
    () => {},
  );
  rolledOut(await revisionsOf(world, channelId), report);
  report.count('rollouts found by the Schedule');
}

type Revisions = { plan: number; rolledOut: number };
const isRolledOut = ({ plan, rolledOut: told }: Revisions) => told >= plan;

/** Every open session was told of the last change. */
export const rolledOut = (revisions: Revisions, report: Judging): void =>
  report.must('the change was rolled out in the end', isRolledOut(revisions), revisions);

async function revisionsOf({ installation }: World, channelId: string): Promise<Revisions> {
  const [row] = await installation.sql<Revisions[]>`
    select plan_revision::int as plan, rolled_out_revision::int as "rolledOut" from channels where id = ${channelId}`;
  return row ?? { plan: 0, rolledOut: 0 };
}
