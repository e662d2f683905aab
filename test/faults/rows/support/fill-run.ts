import { inParallel } from '../../in-parallel';
import type { Installation } from '../../installation/installation';
import type { Conversation } from '../../world/conversation';

/** The run that carries a conversation now, and how many events it has. */
export async function currentRun({ client }: Installation, { workflowId }: Conversation) {
  const { runId, historyLength } = await client.workflow.getHandle(workflowId).describe();
  return { runId, historyLength };
}

/**
 * Has the user write until the conversation's run has so many events, or another run carries it on.
 *
 * @returns how many messages that took
 */
export async function fillRun(installation: Installation, chat: Conversation, events: number): Promise<number> {
  const { runId } = await currentRun(installation, chat);
  let messages = 0;
  for (;;) {
    const run = await currentRun(installation, chat);
    if (run.runId !== runId || run.historyLength >= events) return messages;
    // A message takes one event, and what it wakes three more at most.
    const batch = Array.from({ length: Math.ceil((events - run.historyLength) / 4) });
    await inParallel(batch, 8, async () => {
      await chat.says('user');
    });
    messages += batch.length;
  }
}
