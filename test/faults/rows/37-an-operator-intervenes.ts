import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Conversation, DeliveryRows } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { once } from './support/once';
import { reconcileNow } from './support/reconcile-now';

/** Fails when an operator's reset or termination has something sent again, or leaves rows that nobody settles. */
export const row: Row = {
  number: 37,
  fault: 'an operator resets or terminates a session',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { channelId } = await world.makeChannel();
    const followupId = await world.makeFollowup(channelId, { delaySeconds: 2 });
    await resetAfterTheSend(world, channelId, followupId, report);
    const waiting = await terminatedWhileWaiting(world, channelId, followupId);
    const sending = await terminatedDuringTheSend(world, channelId, followupId, report);
    await settledByTheReconciler(installation, waiting, report);
    await sending.delivery('the end of the attempt', hasEnded);
    await settledByTheReconciler(installation, sending, report);
    await nobodyFinished(world, channelId, followupId, report);
    await judge(world, report);
  },
};

async function resetAfterTheSend(world: World, channelId: string, followupId: string, report: RowReport) {
  const { client, namespace } = world.installation;
  const chat = world.conversation(channelId);
  world.mustBeSent(chat, followupId, 'the user was silent');
  await chat.says('agent');
  await chat.followupIs(followupId, 'sent');
  const { id } = await chat.session();
  const { runId } = await client.workflow.getHandle(chat.workflowId).describe();
  const reset = await client.workflowService.resetWorkflowExecution({
    ...{
      namespace,
      workflowExecution: { workflowId: chat.workflowId, runId },
      requestId: randomUUID(),
      reason: 'fault',
    },
    // The end of its first workflow task: from the very beginning.
    workflowTaskFinishEventId: 4 as never,
  });
  await eventually('the session of the new run', async () => {
    const session = await chat.session();
    return session.temporal.runId === reset.runId && session.followups[0]?.status === 'sent';
  });
  report.must('the same session', (await chat.session()).id === id);
  once(chat.requests(), report, ' after a reset');
  report.count('resets');
}

async function terminatedWhileWaiting(world: World, channelId: string, followupId: string): Promise<Conversation> {
  const chat = world.conversation(channelId);
  world.mustNotBeSent(chat, followupId, 'its session was terminated before it was due');
  await chat.says('agent');
  await chat.followupIs(followupId, 'waiting');
  await world.installation.client.workflow.getHandle(chat.workflowId).terminate('fault');
  return chat;
}

async function terminatedDuringTheSend(world: World, channelId: string, followupId: string, report: RowReport) {
  const { client, gateway } = world.installation;
  const chat = world.conversation(channelId);
  world.mustBeSent(chat, followupId, 'it was under way');
  await gateway.script(chat.id, [{ manner: 'reset', delayMs: 2_000 }]);
  await chat.says('agent');
  await chat.received(1);
  await client.workflow.getHandle(chat.workflowId).terminate('fault');
  report.count('terminations', 2);
  return chat;
}

/** The worker dies as well: nobody is left who could say what came of the attempt, but the reconciler. */
async function nobodyFinished(world: World, channelId: string, followupId: string, report: RowReport) {
  const { installation } = world;
  const chat = world.conversation(channelId);
  world.mustBeSent(chat, followupId, 'it was under way');
  await installation.gateway.script(chat.id, [{ manner: 'silence' }]);
  await chat.says('agent');
  await chat.received(1);
  await killAll(installation.workers);
  await installation.client.workflow.getHandle(chat.workflowId).terminate('fault');
  await startAll(installation.workers);
  await settledByTheReconciler(installation, chat, report);
  givenUpAsUnknown(await chat.deliveries(), report);
  report.count('terminations');
}

/** What was begun and has no outcome may have come through: unknown, and its attempt stays as it was left. */
export function givenUpAsUnknown(deliveries: Pick<DeliveryRows, 'status' | 'attempts'>[], report: Judging): void {
  const [delivery] = deliveries;
  const [attempt] = delivery?.attempts ?? [];
  report.must('an attempt that nobody finished', typeof attempt?.sendingAt === 'string' && attempt.outcome === null, {
    attempt,
  });
  report.must('one delivery, unknown', deliveries.length === 1 && delivery?.status === 'unknown', deliveries);
}

const hasEnded = ({ attempts }: DeliveryRows) => attempts.at(-1)?.outcome !== null;

/** What is younger than a minute it leaves alone: it is made older. */
async function settledByTheReconciler(installation: Installation, chat: Conversation, report: RowReport) {
  const { sql } = installation;
  await sql`update sessions set created_at = created_at - interval '2 minutes'
    where channel_id = ${chat.channelId} and conversation_id = ${chat.id}`;
  await reconcileNow(installation);
  const [session] = await eventually(
    'the reconciler to end the session',
    async () => {
      const sessions = await chat.sessions();
      return sessions.every(({ status }) => status === 'ended') && sessions;
    },
    120_000,
  );
  // It ends the session first, and then settles what is left of it.
  await eventually('its deliveries to be settled', async () => (await chat.deliveries()).every(isSettled)).catch(
    () => {},
  );
  const { endedBy } = session;
  settled({ endedBy, deliveries: await chat.deliveries(), requests: chat.requests() }, report);
  report.count('sessions settled');
}

const isSettled = ({ status }: Pick<DeliveryRows, 'status'>) => status !== 'queued' && status !== 'sending';

type Settled = { endedBy: string; deliveries: Pick<DeliveryRows, 'status'>[]; requests: readonly unknown[] };

/** A session whose workflow is gone has ended, and nothing of it is pending or sent again. */
export function settled({ endedBy, deliveries, requests }: Settled, report: Judging): void {
  report.must('ended by the operator', endedBy === 'operator', endedBy);
  const left = deliveries.filter((delivery) => !isSettled(delivery));
  report.must('no delivery is left pending', left.length === 0, left);
  report.must('one request at most', requests.length <= 1, requests.length);
}
