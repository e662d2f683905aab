import postgres from 'postgres';
import { sleep } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';

/** How long nobody else gets a connection. */
const greedyForMs = 6_000;
/** How long rules are made and edited before that, and after it. */
const editedForMs = 1_500;

/** Fails when a request hangs or ends in a 500, or when a message or a rule was half written. */
export const row: Row = {
  number: 12,
  fault: 'connections exhausted',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    const chats = Array.from({ length: 20 }, () => world.conversation(channelId));
    await Promise.all(chats.slice(0, 10).map((chat) => chat.says('agent')));
    const rules = await makeRules(world);

    // From before until after: what its connection is taken from in the middle must leave nothing behind.
    let isOver = false;
    const editing = rules.makeAndEdit(() => isOver, report);
    await sleep(editedForMs);
    const taken = await takeEveryConnection(installation);
    const untilMs = Date.now() + greedyForMs;
    let refused = 0;
    await Promise.all(
      chats.slice(10).map(async (chat) => {
        // A user's: the agent's need no connection while their channel is known.
        const event = { id: `u-${chat.id}`, at: new Date() };
        while (Date.now() < untilMs) {
          const { answer } = await chat.tries('user', event);
          report.count(`answers ${answer.status}`);
          answered(answer, 202, report);
          if (answer.status === 503) refused++;
          await sleep(300);
        }
      }),
    );
    report.note('connections taken', taken.count());
    await taken.giveBack();
    await sleep(editedForMs);
    isOver = true;
    await editing;
    report.must('some were refused', refused > 0, refused);
    await Promise.all(chats.slice(10).map((chat) => chat.says('agent')));
    for (const chat of chats) world.mustBeSent(chat, followupId, 'the user was silent');
    await judge(world, report);
    const written = await rules.written();
    report.note('rules made and edited', written.planRevision);
    noHalfWrites(written, report);
  },
};

/** As wanted, or refused for the time being: nothing else, and in time. */
export const answered = ({ status }: { status: number }, wanted: number, report: Judging): void =>
  report.must(`${wanted} or 503`, status === wanted || status === 503, status);

/** What is in the database of the rules of one channel. */
export type WrittenRules = {
  /** How often the channel's plan was changed. */
  planRevision: number;
  /** `audited`: how many entries the audit log has of it. */
  rules: { id: string; revision: number; audited: number; isAssigned: boolean }[];
  /** Of those that were answered as made or edited, with how often. */
  answered: Record<string, number>;
};

/** A rule, its channels, its audit entry and the plan's revision are written together, or none of them is. */
export function noHalfWrites({ planRevision, rules, answered: told }: WrittenRules, report: Judging): void {
  for (const { id, revision, audited, isAssigned } of rules) {
    report.must('an audit entry for each change of a rule', audited === revision, { id, revision, audited });
    report.must('every rule is on its channel', isAssigned, id);
  }
  const changes = rules.reduce((sum, { revision }) => sum + revision, 0);
  report.must('a plan revision for each change of a rule', planRevision === changes, { planRevision, changes });
  for (const [id, times] of Object.entries(told)) {
    const revision = rules.find((rule) => rule.id === id)?.revision ?? 0;
    report.must('what was answered as done is there', revision >= times, { id, times, revision });
  }
}

/** Rules of a channel of their own, which nobody speaks on: what is written of them is compared in the end. */
async function makeRules(world: World) {
  const { calls, installation } = world;
  const { agentId, channelId } = await world.makeChannel();
  const edited = await world.makeFollowup(channelId, { delaySeconds: 3_600 });
  const told: Record<string, number> = { [edited]: 1 };
  const attempt = async (report: RowReport, wanted: number, method: string, path: string, body: object) => {
    const headers = method === 'PATCH' ? { headers: { 'content-type': 'application/merge-patch+json' } } : {};
    const answer = await calls.once(method, path, { body, ...headers });
    report.count(`answers ${answer.status}`);
    answered(answer, wanted, report);
    if (answer.status === wanted) told[answer.body.id] = (told[answer.body.id] ?? 0) + 1;
  };
  return {
    async makeAndEdit(isOver: () => boolean, report: RowReport): Promise<void> {
      for (let time = 0; !isOver(); time++) {
        const rule = { title: `Rule ${time}`, message: 'Are you there?', delaySeconds: 3_600, channelIds: [channelId] };
        await Promise.all([
          attempt(report, 201, 'POST', '/v1/followups', rule),
          attempt(report, 200, 'PATCH', `/v1/followups/${edited}`, { title: `Edited ${time}` }),
        ]);
        await sleep(100);
      }
    },
    async written(): Promise<WrittenRules> {
      const [channel] = await installation.sql<{ planRevision: number }[]>`
        select (plan_revision - 1)::int as "planRevision" from channels where id = ${channelId}`;
      const rules = await installation.sql<WrittenRules['rules']>`
        select f.id, f.revision,
          (select count(*)::int from audit_entries a where a.kind = 'followup' and a.thing_id = f.id) as audited,
          exists (select 1 from followup_channels c where c.followup_id = f.id and c.channel_id = ${channelId}) as "isAssigned"
        from followups f where f.agent_id = ${agentId}`;
      return { planRevision: channel?.planRevision ?? 0, rules: [...rules], answered: told };
    },
  };
}

/** Takes every connection that is left, and those of the service, which it ends, until they are given back. */
async function takeEveryConnection({ databaseUrl }: Installation) {
  const connect = () => postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {}, idle_timeout: 0 });
  const mine: postgres.Sql[] = [];
  const takeOne = async () => {
    const one = connect();
    try {
      await one`select 1`;
      mine.push(one);
      return true;
    } catch {
      await one.end({ timeout: 0 });
      return false;
    }
  };
  const takeAll = async () => {
    while ((await Promise.all(Array.from({ length: 20 }, takeOne))).some((taken) => taken));
  };
  // Its own, from before there are none left.
  const own = connect();
  await own`select 1`;
  await takeAll();
  let isOver = false;
  const goingOn = (async () => {
    while (!isOver) {
      await own`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'followups%'`;
      await takeAll();
    }
  })();
  return {
    count: () => mine.length,
    async giveBack() {
      isOver = true;
      await goingOn;
      await Promise.all([own, ...mine].map((one) => one.end({ timeout: 0 })));
    },
  };
}
