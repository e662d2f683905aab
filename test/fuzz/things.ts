import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import type { Stack } from '../support/stack';
import type { Ids } from './known-ids';

/** Every kind of thing twice: `kept` ones are there to the end, `doomed` ones are for the calls that delete. */
export async function makeThings(stack: Stack): Promise<{ kept: Ids; doomed: Ids }> {
  const kept: Ids = {};
  const doomed: Ids = {};
  for (const ids of [kept, kept, doomed, doomed]) {
    for (const [name, id] of Object.entries(await makeOfEach(stack))) ids[name] = [...(ids[name] ?? []), id];
  }
  return { kept, doomed };
}

async function makeOfEach(stack: Stack): Promise<Record<string, string>> {
  const { agentId, channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId, { surveyType: 'csat' });
  await makeFollowup(stack, channelId, { delaySeconds: 86_400 });
  const key = await stack.expect(201, 'POST', '/v1/keys', { name: 'A key', scope: 'read' });
  const talk = conversation(stack, channelId, 'visitor-4711');
  await talk.says('user');
  await talk.says('agent');
  const delivery = await eventually('a delivery', async () => {
    const { items } = await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}`);
    return items.find(({ status }: { status: string }) => status === 'sent');
  });
  return {
    ...{ agentId, channelId, followupId },
    ...{ keyId: key.id, deliveryId: delivery.id, sessionId: delivery.sessionId },
  };
}
