import { isDeliveryOf } from '../../db/queries/deliveries';
import type { Addresses } from '../conversations';
import type { ApiDeps } from '../deps';
import { eventTime } from '../event-times';
import { claimsToBeEcho, conversationOf, toEvent, unknownDelivery } from '../message-events';
import type { ApiMetrics } from '../metrics';
import { type Operation, operation } from '../operation';
import type { SignalTarget } from '../ports';
import { reportMessage, signalled } from '../report-message';
import type { RequestDeadline } from '../request-deadline';
import { conversationParams } from '../schemas/conversations';
import { type AcceptedAnswer, acceptedAnswer, endInput, type MessageInput, messageInput } from '../schemas/messages';
import { refuseText, speakInChat } from '../webchat/speak-in-chat';

const accepted = ({ conversationId, workflowId }: SignalTarget): { status: number; body: AcceptedAnswer } => ({
  status: 202,
  body: { conversationId, workflowId, accepted: true },
});

const tag = 'Conversations';

export function messageOperations(deps: ApiDeps, addresses: Addresses, metrics: ApiMetrics): Operation[] {
  /**
   * A message that carries a delivery's id is the followup's own, come back: it is true that it was sent, and changes
   * nothing.
   */
  async function isEcho(input: MessageInput, target: SignalTarget, deadline: RequestDeadline): Promise<boolean> {
    if (!claimsToBeEcho(input)) return false;
    const conversation = conversationOf(target);
    if (await deadline.database(isDeliveryOf(deps.database.db, input.deliveryId, conversation))) return true;
    throw unknownDelivery();
  }

  const report = operation(
    {
      method: 'post',
      path: '/v1/channels/{channelId}/conversations/{conversationId}/messages',
      name: 'reportMessage',
      tag,
      summary: 'Report a message',
      description:
        'Answered once the event is durable. The same sender and id again count once. After the 202 of a user or operator message no request of a followup begins. No text, the service needs none; but on a web chat agent and operator speak by this call, with `text`, and the user in the chat itself.',
      scopes: ['gateway'],
      params: conversationParams,
      body: messageInput,
      rateLimit: 'events',
      answers: { 202: { description: 'The event is durable.', schema: acceptedAnswer } },
      problems: [429],
    },
    async ({ params, body, deadline }) => {
      const { target, channelType } = await addresses.of(params, deadline);
      const event = toEvent(body, deps.clock());
      if (await isEcho(body, target, deadline)) {
        metrics.messages.inc({ from: 'echo' });
        return accepted(target);
      }
      if (channelType === 'webchat') await speakInChat(deps, target, event, body.text, deadline);
      else {
        refuseText(body.text);
        await reportMessage(deps, target, event, deadline);
      }
      metrics.messages.inc({ from: event.from });
      return accepted(target);
    },
  );

  const end = operation(
    {
      method: 'post',
      path: '/v1/channels/{channelId}/conversations/{conversationId}/end',
      name: 'endConversation',
      tag,
      summary: 'End the session of a conversation',
      description:
        'Drops what is waiting or queued, but for followups with the trigger `conversation_over`. The next message opens another session.',
      scopes: ['gateway'],
      params: conversationParams,
      body: endInput,
      bodyOptional: true,
      rateLimit: 'events',
      answers: { 202: { description: 'The event is durable.', schema: acceptedAnswer } },
      problems: [429],
    },
    async ({ params, body, deadline }) => {
      const { target } = await addresses.of(params, deadline);
      const event = {
        at: eventTime(body.at, 'anybody', deps.clock()),
        ...(body.outcome === undefined ? {} : { outcome: body.outcome }),
      };
      await signalled(deps.sessions.signalEnd({ ...target, event }), deadline);
      return accepted(target);
    },
  );

  return [report, end];
}
