import { withDeadline } from '../../../src/deadline';
import { sleep } from '../../support/eventually';
import type { Form, Installation } from '../installation/installation';
import { type Installations, keepLogs } from '../run-rows';
import type { Conversation } from '../world/conversation';
import { World } from '../world/world';
import { inflict } from './inflict';
import { keepEvidence } from './keep-evidence';
import { expectationsOf, type ModelFollowup } from './model';
import { type ConversationPlan, makePlan, type Plan } from './plan';

export type PlanResult = {
  seed: number;
  form: Form;
  passed: boolean;
  /** What of I1 to I5 did not hold, in words. */
  violated: string[];
  /** What was done, in words. */
  did: string;
  tookMs: number;
};

/** Lines to the database can be cut. */
export const planSettings = { databaseProxy: true };
const planWithinMs = 12 * 60_000;

/** Runs the random plan of a seed. Never rejects: what went wrong is in the result. */
export async function runPlan(seed: number, installations: Installations): Promise<PlanResult> {
  const { form } = installations;
  const beganAtMs = Date.now();
  const plan = makePlan(seed, form);
  const violated: string[] = [];
  let faults: string[] = [];
  try {
    await installations.lend(planSettings, async (installation) => {
      const run = carryOut(plan, installation, violated, (done) => {
        faults = done;
      });
      try {
        await withDeadline(`The plan of seed ${seed}`, planWithinMs, run);
      } catch (error) {
        violated.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
        throw error;
      } finally {
        if (violated.length > 0) violated.push(keepLogs(installation, `seed-${seed}`));
      }
    });
  } catch (error) {
    if (violated.length === 0) violated.push(error instanceof Error ? error.message : String(error));
  }
  const did = `${plan.conversations.length} conversations; ${faults.join(', ')}`;
  return { seed, form, passed: violated.length === 0, violated, did, tookMs: Date.now() - beganAtMs };
}

async function carryOut(
  plan: Plan,
  installation: Installation,
  violated: string[],
  tell: (faults: string[]) => void,
): Promise<void> {
  const world = new World(installation);
  const channels: { channelId: string; followups: ModelFollowup[] }[] = [];
  for (const { ambiguousSend, delaysSeconds } of plan.channels) {
    const { channelId } = await world.makeChannel({ channel: { ambiguousSend } });
    const followups: ModelFollowup[] = [];
    for (const delaySeconds of delaysSeconds) {
      followups.push({ id: await world.makeFollowup(channelId, { delaySeconds }), delayMs: delaySeconds * 1_000 });
    }
    channels.push({ channelId, followups });
  }
  const chats = plan.conversations.map(({ channel }) => world.conversation(channels[channel]?.channelId ?? ''));
  for (const [index, { steps }] of plan.conversations.entries()) {
    const chat = chats[index];
    if (chat && steps.length > 0) await installation.gateway.script(chat.id, steps);
  }

  const beganAtMs = Date.now();
  const faults = inflict(installation, plan.faults, beganAtMs);
  await Promise.all(plan.conversations.map((each, index) => talk(chats[index] as Conversation, each, beganAtMs)));
  tell(await faults);

  for (const [index, { channel }] of plan.conversations.entries()) {
    const chat = chats[index] as Conversation;
    const settingsOf = plan.channels[channel] as Plan['channels'][number];
    world.expect(expectationsOf(chat.id, world.eventsOf(chat), channels[channel]?.followups ?? [], settingsOf));
  }
  for (const { invariant, what } of await world.verdict()) violated.push(`${invariant}: ${what}`);
  const forged = chats.flatMap((chat) => chat.requests()).filter(({ verified }) => verified !== true);
  for (const { webhookId } of forged) violated.push(`the signature of ${webhookId} does not verify`);
  if (violated.length > 0) await keepEvidence(world, chats);
}

/** One event after the other, each repeated until it is taken. */
export async function talk(chat: Conversation, { events }: ConversationPlan, beganAtMs: number): Promise<void> {
  for (const event of events) {
    await sleep(beganAtMs + event.afterMs - Date.now());
    if (event.does === 'end') {
      await chat.ends();
      continue;
    }
    if (event.way === 'signal') {
      await chat.signals(event.from);
      continue;
    }
    const { id, atMs } = await chat.says(event.from);
    if (event.repeated) await chat.says(event.from, { id, at: new Date(atMs) });
  }
}
