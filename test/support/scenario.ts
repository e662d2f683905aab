import { randomUUID } from 'node:crypto';
import { eventually, sleep } from './eventually';
import type { Stack } from './stack';

/** An agent with one channel to the stack's gateway. */
export async function makeChannel(
  stack: Stack,
  settings: { identity?: object; agent?: object; channel?: object } = {},
): Promise<{ agentId: string; channelId: string }> {
  const agent = await stack.expect(201, 'POST', '/v1/agents', {
    name: 'Test agent',
    identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' }, ...settings.identity },
    ...settings.agent,
  });
  const channel = await stack.expect(201, 'POST', '/v1/channels', {
    agentId: agent.id,
    name: 'Web',
    type: 'webhook',
    endpoint: { url: stack.gateway.url },
    ...settings.channel,
  });
  stack.gateway.secret = channel.signingSecret;
  return { agentId: agent.id, channelId: channel.id };
}

export async function makeFollowup(stack: Stack, channelId: string, settings: object = {}): Promise<string> {
  const followup = await stack.expect(201, 'POST', '/v1/followups', {
    title: 'Still there?',
    message: 'Is there anything else I can help with?',
    delaySeconds: 1,
    channelIds: [channelId],
    ...settings,
  });
  return followup.id;
}

/** A followup that has been at work for a day, as it must be for silences that began before the test did. */
export async function makeOldFollowup(stack: Stack, channelId: string, settings: object = {}): Promise<string> {
  const followupId = await makeFollowup(stack, channelId, settings);
  const { sql } = stack.database;
  const dayAgo = sql`now() - interval '1 day'`;
  await sql`update followups set activated_at = ${dayAgo}, delay_edited_at = ${dayAgo} where id = ${followupId}`;
  await sql`update followup_channels set assigned_at = ${dayAgo} where followup_id = ${followupId}`;
  return followupId;
}

/** A conversation of a name of its own, with the calls that a gateway makes for it. */
export function conversation(stack: Stack, channelId: string, conversationId: string = `c-${randomUUID()}`) {
  const path = `/v1/channels/${channelId}/conversations/${conversationId}`;
  /**
   * As a gateway does it: what is answered with 503 is sent again, the same, and ever later, so that a machine that is
   * busy gets no busier by it.
   */
  const report = (what: string, body: object) => {
    let pauseMs = 25;
    return eventually(
      `the 202 of ${what} in ${conversationId}`,
      async () => {
        const answered = await stack.call('POST', `${path}/${what}`, body);
        if (answered.status === 202) return answered.body;
        if (answered.status !== 503) {
          throw new Error(`POST ${path}/${what} answered ${answered.status}: ${JSON.stringify(answered.body)}`);
        }
        pauseMs = Math.min(1_000, pauseMs * 2);
        await sleep(pauseMs);
        return undefined;
      },
      40_000,
    );
  };
  return {
    id: conversationId,
    workflowId: `session/${channelId}/${conversationId}`,
    says: (from: 'agent' | 'user' | 'operator', more: object = {}) =>
      report('messages', { id: randomUUID(), from, ...more }),
    end: (body: object = {}) => report('end', body),
    /** The session, explained. As documented, 503 is asked again: the session may just be opening. */
    session: () =>
      eventually(`the session of ${conversationId}`, async () => {
        const answered = await stack.call('GET', `${path}/session`);
        if (answered.status === 200) return answered.body;
        if (answered.status === 503) return undefined;
        throw new Error(`GET ${path}/session answered ${answered.status}: ${JSON.stringify(answered.body)}`);
      }),
    /** The session, once it knows of so many sends: the gateway has a request before the session has its answer. */
    sent: (count: number) =>
      eventually(`${count} sends in the session of ${conversationId}`, async () => {
        const { status, body } = await stack.call('GET', `${path}/session`);
        const sent = status === 200 ? body.followups.filter((one: { status: string }) => one.status === 'sent') : [];
        return sent.length >= count && body;
      }),
    sessions: async () => (await stack.expect(200, 'GET', `${path}/sessions`)).items,
    received: () => stack.gateway.of(conversationId),
    /** Waits until so many followups were delivered. */
    delivered: (count: number, withinMs = 20_000) =>
      eventually(
        `${count} deliveries to ${conversationId}`,
        () => {
          const requests = stack.gateway.of(conversationId);
          return requests.length >= count ? requests : undefined;
        },
        withinMs,
      ),
    /** Waits until the conversation's workflow has completed. */
    closed: (withinMs = 20_000) =>
      eventually(
        `the end of the session of ${conversationId}`,
        async () => {
          const { status } = await stack.client.workflow.getHandle(`session/${channelId}/${conversationId}`).describe();
          return status.name !== 'RUNNING' && status;
        },
        withinMs,
      ),
  };
}
