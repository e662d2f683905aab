import type { Step } from '../gateway/script';
import type { Form } from '../installation/installation';
import { createRandom, type Random } from '../random';
import type { Sender } from '../world/conversation';

/** What is done in a random plan. Times are milliseconds from its beginning. */
export type Plan = { channels: ChannelPlan[]; conversations: ConversationPlan[]; faults: FaultPlan[] };

export type ChannelPlan = { ambiguousSend: 'retry' | 'never_repeat'; delaysSeconds: number[] };

export type ConversationPlan = {
  /** Which of the channels. */
  channel: number;
  events: EventPlan[];
  /** What the gateway does with its first requests. */
  steps: Step[];
};

export type EventPlan =
  | { afterMs: number; does: 'message'; from: Sender; way: 'rest' | 'signal'; repeated: boolean }
  | { afterMs: number; does: 'end' };

export const targets = ['worker', 'api', 'temporal', 'postgresql', 'lines'] as const;

export type FaultPlan = {
  afterMs: number;
  /** For how long it is gone or frozen. */
  forMs: number;
  target: (typeof targets)[number];
  /** Which of several. */
  index: number;
  fault: 'kill' | 'freeze' | 'restart fast' | 'restart immediate' | 'cut';
};

/** How long conversations go on. */
export const loadMs = 20_000;

/** The plan of a seed, always the same. */
export function makePlan(seed: number, form: Form): Plan {
  const random = createRandom(`plan/${seed}`);
  const channels = Array.from({ length: random.whole(2, 3) }, (_, index) => channelOf(random.of(`channel-${index}`)));
  const conversations = Array.from({ length: random.whole(20, 35) }, (_, index) =>
    conversationOf(random.of(`conversation-${index}`), channels.length),
  );
  const faults = Array.from({ length: random.whole(3, 7) }, (_, index) => faultOf(random.of(`fault-${index}`)));
  return { channels, conversations, faults: startedAgain(faults, form) };
}

export function channelOf(random: Random): ChannelPlan {
  return {
    ambiguousSend: random.chance(0.25) ? 'never_repeat' : 'retry',
    delaysSeconds: Array.from({ length: random.whole(1, 3) }, () => random.whole(1, 6)),
  };
}

export function conversationOf(random: Random, channels: number): ConversationPlan {
  const events: EventPlan[] = [];
  let afterMs = random.whole(0, loadMs / 2);
  const count = random.whole(1, 7);
  for (let index = 0; index < count && afterMs < loadMs; index++) {
    // Somebody must have spoken before there is something to end.
    if (index > 0 && random.chance(0.08)) events.push({ afterMs, does: 'end' });
    else {
      events.push({
        ...{ afterMs, does: 'message', repeated: random.chance(0.1) },
        from: random.chance(0.6) ? 'agent' : random.chance(0.8) ? 'user' : 'operator',
        way: random.chance(0.15) ? 'signal' : 'rest',
      });
    }
    afterMs += random.chance(0.3) ? random.whole(0, 300) : random.whole(300, 7_000);
  }
  const steps = random.chance(0.25) ? Array.from({ length: random.whole(1, 3) }, () => stepOf(random)) : [];
  return { channel: random.whole(0, channels - 1), events, steps };
}

const stepOf = (random: Random): Step =>
  random.pick<Step>([
    { status: 500 },
    { status: 503, headers: { 'retry-after': '1' } },
    { status: 429 },
    { manner: 'reset' },
    { delayMs: random.whole(200, 4_000) },
    { delayMs: 500, status: 502 },
  ]);

function faultOf(random: Random): FaultPlan {
  const target = random.pick(targets);
  const fault = {
    worker: () => random.pick(['kill', 'freeze'] as const),
    api: () => random.pick(['kill', 'freeze'] as const),
    temporal: () => random.pick(['kill', 'freeze'] as const),
    postgresql: () => random.pick(['kill', 'freeze', 'restart fast', 'restart immediate'] as const),
    lines: () => 'cut' as const,
  }[target]();
  return {
    ...{ target, fault, index: random.whole(0, 1) },
    afterMs: random.whole(1_000, loadMs - 2_000),
    forMs: random.whole(200, 6_000),
  };
}

/** The one process of the embedded form starts its Temporal again five times, and then gives up, as it should. */
function startedAgain(faults: FaultPlan[], form: Form): FaultPlan[] {
  let kills = 0;
  return faults.filter(({ target, fault }) => {
    if (form !== 'embedded' || target !== 'temporal' || fault !== 'kill') return true;
    return ++kills <= 3;
  });
}
