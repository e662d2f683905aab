import type { StoredConversation } from '../db/queries/sessions';
import { eventTime } from './event-times';
import type { SignalTarget } from './ports';
import { type ApiProblem, invalidField } from './problems';
import { exampleIds } from './schemas/common';
import type { MessageEvent, MessageInput } from './schemas/messages';

/**
 * A message as it is passed on to its session.
 *
 * @throws ApiProblem 422 for an agent's message whose time is too far off
 */
export function toEvent(input: MessageInput, nowMs: number): MessageEvent {
  const { id, from, awaiting } = input;
  return {
    id,
    from,
    at: eventTime(input.at, from === 'agent' ? 'agent' : 'anybody', nowMs),
    ...(awaiting === undefined ? {} : { awaiting }),
    receivedAt: new Date(nowMs).toISOString(),
  };
}

/** Whether a message says that it is a followup's own, come back: only an agent's can be. */
export const claimsToBeEcho = (input: MessageInput): input is MessageInput & { deliveryId: string } =>
  input.from === 'agent' && input.deliveryId !== undefined;

export const conversationOf = ({ channelId, conversationId }: SignalTarget): StoredConversation => ({
  channelId,
  conversationIds: [conversationId],
});

export const unknownDelivery = (): ApiProblem =>
  invalidField(
    'deliveryId',
    'unknown_delivery',
    `"deliveryId" names no delivery of this conversation: give the deliveryId of the request that brought the followup, or leave it out, for example "deliveryId": "${exampleIds.dlv}".`,
  );
