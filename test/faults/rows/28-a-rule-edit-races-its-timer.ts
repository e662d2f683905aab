import { eventually, sleep } from '../../support/eventually';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Row, RowReport } from '../row';
import type { Conversation } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** Fails when a rule that was switched off is sent, or when the later of two editors overwrites the first. */
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
      const begun = attempts.filter(({ sendingAt }) => Date.parse(sendingAt ?? '') > committedAtMs);
      report.must('nothing begins after the edit was committed', begun.length === 0, { committedAtMs, attempts });
      report.must('one request at most', chat.requests().length <= 1, chat.requests().length);
    });
    report.note('sent first', sent);
    report.note('edited first', count - sent);
    report.must('both came to pass', sent > 0 && sent < count, sent);
    await twoEditors(world, report);
    await judge(world, report);
  },
};

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
    const statuses = answers.map(({ status }) => status).sort();
    report.must('one 200, one 412', statuses.join() === '200,412', answers);
    report.count('stale edits refused');
  }
}
