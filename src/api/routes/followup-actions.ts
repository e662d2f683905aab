import { findChannel } from '../../db/queries/channels';
import { findFollowup } from '../../db/queries/followups';
import { countPending } from '../../db/queries/pending-deliveries';
import { storedConversation } from '../conversations';
import type { ApiDeps } from '../deps';
import { sendFollowupTest } from '../followup-test';
import { type Operation, operation } from '../operation';
import { invalidField, notFound } from '../problems';
import { channelTestAnswer } from '../schemas/channel-actions';
import { exampleIds } from '../schemas/common';
import { followupTestInput } from '../schemas/followup-test';
import { followupParams } from '../schemas/params';
import { queuedAnswer, queuedExactly } from '../schemas/queued';

const tag = 'Followups';

export function followupActionOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const queued = operation(
    {
      method: 'get',
      path: '/v1/followups/{followupId}/queued',
      name: 'getFollowupQueued',
      tag,
      summary: 'Ask what switching a followup off would drop',
      description: queuedExactly,
      scopes: ['read'],
      params: followupParams,
      answers: { 200: { description: 'How many deliveries.', schema: queuedAnswer } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findFollowup(db, params.followupId));
      if (!row) throw notFound('followup');
      const pending = countPending(db, { agentId: row.agentId, followupId: row.id });
      return { status: 200, body: { queued: await deadline.database(pending) } };
    },
  );

  const test = operation(
    {
      method: 'post',
      path: '/v1/followups/{followupId}/test',
      name: 'testFollowup',
      tag,
      summary: 'Send a followup to yourself, as a test',
      description:
        'Its message on a channel of its agent, with `test: true`, whether it is active or not; the link of its survey leads nowhere. It is no delivery, no session learns of it, and it counts for nothing. Answered like the test of a channel; on a web chat it appears in the conversation.',
      scopes: ['admin'],
      params: followupParams,
      body: followupTestInput,
      answers: { 200: { description: 'What was sent, and what came back.', schema: channelTestAnswer } },
    },
    async ({ params, body, deadline }) => {
      const row = await deadline.database(findFollowup(db, params.followupId));
      if (!row) throw notFound('followup');
      const channel = await deadline.database(findChannel(db, body.channelId));
      if (channel?.agentId !== row.agentId) {
        throw invalidField(
          'channelId',
          'unknown_channel',
          `"channelId" names no channel of the agent of this followup: give one of GET /v1/channels?agentId=${row.agentId}, for example ${JSON.stringify(exampleIds.ch)}.`,
        );
      }
      const { channelId, conversationId } = body;
      const stored =
        conversationId === undefined
          ? undefined
          : await storedConversation(deps, { channelId, conversationId }, deadline);
      // The last form is the one that followups are sent with: the pseudonym, where the channel has them.
      const answer = await sendFollowupTest(deps, row, channel, stored?.conversationIds.at(-1));
      return { status: 200, body: answer };
    },
  );

  return [queued, test];
}
