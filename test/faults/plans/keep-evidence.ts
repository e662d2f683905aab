import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { readHistories } from '../checker/histories';
import type { Conversation } from '../world/conversation';
import type { World } from '../world/world';

/**
 * Writes down all that can be read of conversations in which something went wrong, one JSON line each: what was reported,
 * what the API says of it, its rows, its requests, and the histories of all its runs. They are gone with the installation.
 */
export async function keepEvidence(world: World, conversations: readonly Conversation[]): Promise<void> {
  const { installation } = world;
  const file = join(installation.folder, 'logs', 'conversations.jsonl');
  for (const conversation of conversations) {
    const { id, workflowId, path } = conversation;
    const { histories } = await readHistories(installation, workflowId);
    const evidence = {
      ...{ id, workflowId, reported: world.eventsOf(conversation), requests: conversation.requests() },
      session: (await world.calls.once('GET', `${path}/session`)).body,
      sessions: (await world.calls.once('GET', `${path}/sessions`)).body,
      deliveries: await conversation.deliveries(),
      runs: histories.map((history) => JSON.parse(historyToJSON(history))),
    };
    appendFileSync(file, `${JSON.stringify(evidence)}\n`);
  }
}
