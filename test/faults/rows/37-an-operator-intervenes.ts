import { randomUUID } from 'node:crypto';
import { reconcileScheduleId } from '../../../src/temporal/reconcile-schedule';
import { eventually } from '../../support/eventually';
import { forms, type Installation } from '../installation/installation';
import type { Row, RowReport } from '../row';
import type { Conversation } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';

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
    for (const chat of [waiting, sending]) await settledByTheReconciler(installation, chat, report);
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
  report.must('one request after a reset', chat.requests().length === 1, chat.requests().length);
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

/** What is younger than a minute it leaves alone: it is made older. */
async function settledByTheReconciler(installation: Installation, chat: Conversation, report: RowReport) {
  const { sql, client, taskQueue } = installation;
  await chat.delivery('the end of the attempt', ({ attempts }) => attempts.at(-1)?.outcome !== null).catch(() => null);
  await sql`update sessions set created_at = created_at - interval '2 minutes'
    where channel_id = ${chat.channelId} and conversation_id = ${chat.id}`;
  await client.schedule.getHandle(reconcileScheduleId(taskQueue)).trigger();
  const [session] = await eventually(
    'the reconciler to end the session',
    async () => {
      const sessions = await chat.sessions();
      return sessions.every(({ status }) => status === 'ended') && sessions;
    },
    120_000,
  );
  report.must('ended by the operator', session.endedBy === 'operator', session);
  const left = (await chat.deliveries()).filter(({ status }) => ['queued', 'sending'].includes(status));
  report.must('no delivery is left pending', left.length === 0, left);
  report.must('one request at most', chat.requests().length <= 1, chat.requests().length);
  report.count('sessions settled');
}
