import { eventually } from '../../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';

describe('rule changes reach live sessions', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  const revisions = async (channelId: string) => {
    const [row] = await stack.database.sql`
      select plan_revision::int as plan, rolled_out_revision::int as rolled_out from channels where id = ${channelId}`;
    return { plan: row?.plan, rolledOut: row?.rolled_out };
  };
  const rolledOut = (channelId: string) =>
    eventually(
      'the rollout',
      async () => {
        const { plan, rolledOut: told } = await revisions(channelId);
        return plan === told;
      },
      60_000,
    );
  const reconcile = () =>
    stack.client.workflow.execute('reconcile', {
      taskQueue: stack.taskQueue,
      workflowId: `reconcile-test-${Date.now()}`,
    });

  it('misses none of 100 sessions that open while the rule changes', async () => {
    const { channelId } = await makeChannel(stack);
    const chats = Array.from({ length: 100 }, () => conversation(stack, channelId));
    let followupId = '';
    const change = async () => {
      await eventually('some sessions to be open', async () => {
        const [row] = await stack.database
          .sql`select count(*)::int as open from sessions where channel_id = ${channelId}`;
        return (row?.open ?? 0) > 20;
      });
      followupId = await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    };
    const open = async () => {
      for (let begun = 0; begun < chats.length; begun += 5) {
        await Promise.all(chats.slice(begun, begun + 5).map((chat) => chat.says('agent')));
      }
    };
    await Promise.all([open(), change()]);
    await rolledOut(channelId);
    const { plan } = await revisions(channelId);
    for (const chat of chats) {
      const session = await eventually(`the plan in ${chat.id}`, async () => {
        const explained = await chat.session();
        return explained.planRevision === plan && explained;
      });
      expect(session.followups).toMatchObject([{ followupId, status: 'waiting' }]);
    }
  }, 120_000);

  it('makes one rollout of two for one channel, and rolls the newest revision out', async () => {
    const { channelId } = await makeChannel(stack);
    const chats = Array.from({ length: 30 }, () => conversation(stack, channelId));
    await Promise.all(chats.map((chat) => chat.says('agent')));
    await Promise.all(chats.map((chat) => chat.session()));
    const first = await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const second = await makeFollowup(stack, channelId, { delaySeconds: 7_200 });
    await rolledOut(channelId);
    for (const chat of chats) {
      await eventually(`both rules in ${chat.id}`, async () => {
        const { followups } = await chat.session();
        return followups.map((followup: { followupId: string }) => followup.followupId).join() === `${first},${second}`;
      });
    }
  }, 60_000);

  it('finds a rollout that was never started, since the process died after the change was committed', async () => {
    const { channelId } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.session();
    const followupId = await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    await rolledOut(channelId);
    // The change as it is in the database, a while ago, with nobody left to start its rollout.
    await stack.database
      .sql`update followups set delay_seconds = 7200, revision = revision + 1 where id = ${followupId}`;
    await stack.database.sql`
      update channels set plan_revision = plan_revision + 1, plan_changed_at = now() - interval '5 minutes'
      where id = ${channelId}`;
    expect(await reconcile()).toMatchObject({ rolloutsStarted: 1 });
    await rolledOut(channelId);
    const { plan } = await revisions(channelId);
    await eventually('the new plan', async () => (await chat.session()).planRevision === plan);
  });

  it('settles a session whose workflow was terminated by an operator', async () => {
    const { channelId } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const { id } = await chat.session();
    await stack.client.workflow.getHandle(chat.workflowId).terminate();
    await stack.database.sql`update sessions set created_at = now() - interval '1 hour' where id = ${id}`;
    expect(await reconcile()).toMatchObject({ sessionsSettled: 1 });
    expect(await chat.session()).toMatchObject({ id, status: 'ended', endedBy: 'operator' });
  });
});
