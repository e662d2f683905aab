import { eventually, sleep } from '../../support/eventually';
import { countSent } from '../checker/invariants';
import type { Installation } from '../installation/installation';
import { expectationsOf, type ModelFollowup } from '../plans/model';
import { type ChannelPlan, channelOf, conversationOf } from '../plans/plan';
import { talk } from '../plans/run-plan';
import type { Random } from '../random';
import type { Conversation } from '../world/conversation';
import { World } from '../world/world';

type LoadChannel = { id: string; plan: ChannelPlan; followups: ModelFollowup[] };

/** What may still come of a conversation after its last event, before somebody ends it. */
const endedAfterMs = 15_000;
const sentWithinMs = 120_000;
const lookEveryMs = 500;

/**
 * A minute of the steady load: channels of its own, and so many conversations a second on them, each with an end once all
 * that must be sent was. What the model says of them is in the world that comes back, to be judged when nothing is broken.
 *
 * @returns when its last conversation has ended; also those conversations that failed, in words
 */
export async function talkForAMinute(
  installation: Installation,
  random: Random,
  conversationsPerSecond: number,
): Promise<{ world: World; failures: string[] }> {
  const world = new World(installation);
  const channels: LoadChannel[] = [];
  for (const index of [0, 1]) {
    const plan = channelOf(random.of(`channel-${index}`));
    const { channelId } = await world.makeChannel({ channel: { ambiguousSend: plan.ambiguousSend } });
    const followups: ModelFollowup[] = [];
    for (const delaySeconds of plan.delaysSeconds)
      followups.push({ id: await world.makeFollowup(channelId, { delaySeconds }), delayMs: delaySeconds * 1_000 });
    channels.push({ id: channelId, plan, followups });
  }
  const failures: string[] = [];
  const beganAtMs = Date.now();
  const going: Promise<void>[] = [];
  for (let index = 0; index < 60 * conversationsPerSecond; index++) {
    await sleep(beganAtMs + (index * 1_000) / conversationsPerSecond - Date.now());
    const chat = converse(world, channels, random.of(`conversation-${index}`));
    going.push(
      chat.catch((error: unknown) => void failures.push(error instanceof Error ? error.message : String(error))),
    );
  }
  await Promise.all(going);
  return { world, failures };
}

async function converse(world: World, channels: readonly LoadChannel[], random: Random): Promise<void> {
  const plan = conversationOf(random, channels.length);
  const { id: channelId, plan: settings, followups } = channels[plan.channel] as LoadChannel;
  const chat = world.conversation(channelId);
  if (plan.steps.length > 0) await world.installation.gateway.script(chat.id, plan.steps);
  await talk(chat, plan, Date.now() - (plan.events[0]?.afterMs ?? 0));
  const expected = expectationsOf(chat.id, world.eventsOf(chat), followups, settings);
  world.expect(expected);
  await allSent(chat, expected);
  await chat.ends();
}

/** An end before that would forbid what must be sent. */
async function allSent(chat: Conversation, expected: ReturnType<typeof expectationsOf>): Promise<void> {
  await sleep(endedAfterMs);
  await eventually(
    `what must be sent in ${chat.id}`,
    async () => {
      const [requests, deliveries] = [chat.requests(), await chat.deliveries()];
      const isDone = expected.every(
        (one) =>
          countSent(one, {
            requests: requests.filter(({ data }) => data.followupId === one.followupId),
            deliveries: deliveries.filter(({ followupId }) => followupId === one.followupId),
          }).isEnough,
      );
      // Many ask at a time.
      if (!isDone) await sleep(lookEveryMs);
      return isDone;
    },
    sentWithinMs,
  );
}
