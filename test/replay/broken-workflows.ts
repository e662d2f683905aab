import { proxyActivities } from '@temporalio/workflow';
import { conversationSession as real } from '../../src/workflows/conversation-session';

export { rollOutPlan } from '../../src/workflows/roll-out-plan';

const { lookAround } = proxyActivities<{ lookAround(): Promise<void> }>({ startToCloseTimeout: '1 second' });

/** A session that begins with an activity that no stored history has. */
export async function conversationSession(input?: unknown) {
  await lookAround();
  return real(input);
}
