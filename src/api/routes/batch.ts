import type { Addresses } from '../conversations';
import type { ApiDeps } from '../deps';
import type { ApiMetrics } from '../metrics';
import { type Operation, operation } from '../operation';
import { reportBatch } from '../report-batch';
import { batchAnswer, batchInput, maxBatchBytes } from '../schemas/batch';

export function batchOperations(deps: ApiDeps, addresses: Addresses, metrics: ApiMetrics): Operation[] {
  const report = operation(
    {
      method: 'post',
      path: '/v1/messages/batch',
      name: 'reportMessages',
      tag: 'Conversations',
      summary: 'Report many messages',
      description:
        'Up to 500 messages of any conversations, with a result for each: the answer is 200 also when some were refused. Those of one conversation are applied as a whole, in order of time, before anything is decided, so that a backlog sends nothing late. A result of 429 or 503 means: send that message again; the same sender and id count once.',
      scopes: ['gateway'],
      rateLimit: 'events',
      weight: ({ messages }) => messages.length,
      body: batchInput,
      bodyLimit: maxBatchBytes,
      answers: { 200: { description: 'A result for each message.', schema: batchAnswer } },
    },
    async ({ body, principal, deadline }) => {
      const accept = (from: string) => metrics.messages.inc({ from });
      const results = await reportBatch(deps, addresses, body.messages, principal, deadline, accept);
      return { status: 200, body: { results } };
    },
  );
  return [report];
}
