import { chainFigures, runsOf } from '../../bench/figures/chain-figures';
import { sessionFigures } from '../../bench/figures/session-figures';
import { handled } from '../../bench/load/signals';
import { messageIndexes, messageOf } from '../../bench/load/trace';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

/*
 * What a session costs, as its history tells it: the same on every machine. A change that makes it dearer has to change
 * the numbers here, and so is seen.
 */

/** Long enough for all messages, each handled before the next; a machine that is too slow for it fails by its numbers. */
const delaySeconds = 20;

/** Tells a session the trace, one message after the other, waits for its followup, and ends it. */
async function wholeSession(stack: Stack, rules: number, between: (workflowId: string) => Promise<unknown>) {
  const { channelId } = await makeChannel(stack);
  for (let rule = 0; rule < rules; rule++)
    await makeFollowup(stack, channelId, { delaySeconds: delaySeconds + rule * 3_600 });
  const chat = conversation(stack, channelId);
  // All sent within a second, however long it takes to tell them: a session that wakes at the first due time waits for the
  // last one by a timer, on a machine of any speed.
  const beganAtMs = Date.now() - 1_000;
  for (const index of messageIndexes) {
    const { from, at } = messageOf(index, beganAtMs + index * 45);
    await chat.says(from, { at });
    await between(chat.workflowId);
  }
  await chat.delivered(1, 60_000);
  await chat.sent(1);
  await chat.end();
  await chat.closed();
  return (await runsOf(stack.client, chat.workflowId)).map(sessionFigures);
}

describe('a lazy session', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  it('costs so much for 21 messages, a followup and an end, and no more until then with 20 rules', async () => {
    const talked = (workflowId: string) => handled(stack.client, workflowId);
    const [[one], [twenty]] = await Promise.all([wholeSession(stack, 1, talked), wholeSession(stack, 20, talked)]);
    expect(one).toMatchObject({
      ...{ events: 114, commands: 7, workflowTasks: 26, actions: 29, actionsBeforeFirstSend: 24 },
      ...{ signals: 22, sends: 1, timersStarted: 3, timersCancelled: 0 },
    });
    expect(twenty).toMatchObject({ actionsBeforeFirstSend: 24, timersCancelled: 0 });
  });
});

it('a parked session costs so much', async () => {
  const stack = await startStack({ parkMs: 15 * 60_000 });
  try {
    const isParked = async (workflowId: string) => {
      const [newest] = await runsOf(stack.client, workflowId);
      const isContinued = newest?.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      return Boolean(isContinued) && !newest?.events?.some((event) => event.workflowTaskScheduledEventAttributes);
    };
    const runs = await wholeSession(stack, 1, (workflowId) => eventually('it parks', () => isParked(workflowId)));
    expect(runs).toHaveLength(2);
    expect(chainFigures(runs)).toMatchObject({ events: 54, workflowTasks: 6, actions: 29, timersCancelled: 0 });
  } finally {
    await stack.stop();
  }
});
