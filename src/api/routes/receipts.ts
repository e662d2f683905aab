import { findDelivery } from '../../db/queries/deliveries';
import { recordReceipt } from '../../db/queries/receipts';
import { requireChannel } from '../authenticate';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { ApiProblem, notFound } from '../problems';
import { deliveryParams } from '../schemas/params';
import { receiptAnswer, receiptInput } from '../schemas/receipts';

export function receiptOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const report = operation(
    {
      method: 'post',
      path: '/v1/deliveries/{deliveryId}/receipt',
      name: 'reportReceipt',
      tag: 'Deliveries',
      summary: 'Report what became of a delivery later',
      description:
        'For gateways that learn later whether a message reached the user. It never goes backwards, so the answer is the receipt that counts now. `failed` sends nothing again: the followup is spent. A delivery that is `unknown` and turns out to be delivered or read becomes `sent`. 409 for one that was never sent.',
      scopes: ['gateway'],
      rateLimit: 'events',
      params: deliveryParams,
      body: receiptInput,
      answers: { 200: { description: 'The receipt that counts.', schema: receiptAnswer } },
      problems: [409],
    },
    async ({ params, body, principal, deadline }) => {
      const found = await deadline.database(findDelivery(db, params.deliveryId));
      if (!found) throw notFound('delivery');
      requireChannel(principal, found.delivery.channelId);
      const receipt = await deadline.database(
        recordReceipt(db, params.deliveryId, {
          status: body.status,
          code: body.code ?? null,
          at: new Date(deps.clock()),
        }),
      );
      if (!receipt) {
        throw new ApiProblem('conflict', 'This delivery was not sent, so it has no receipt.');
      }
      return { status: 200, body: receipt };
    },
  );

  return [report];
}
