import type { Addresses } from '../conversations';
import type { ApiDeps } from '../deps';
import { eraseConversation } from '../erase-conversation';
import { type Operation, operation } from '../operation';
import { setOptOut } from '../opt-out';
import { conversationParams } from '../schemas/conversations';

const tag = 'Conversations';
const optOutPath = '/v1/channels/{channelId}/conversations/{conversationId}/opt-out';

export function conversationOperations(deps: ApiDeps, addresses: Addresses): Operation[] {
  const optOut = operation(
    {
      method: 'put',
      path: optOutPath,
      name: 'optOut',
      tag,
      summary: 'Opt a conversation out of followups',
      description:
        'Nothing is sent to it (`opted_out`) until it is opted in again, in this session and all later ones. After the 204 no request of a followup begins. Repeating it changes nothing.',
      scopes: ['gateway'],
      params: conversationParams,
      answers: { 204: { description: 'It is silenced.' } },
    },
    async ({ params, principal, deadline }) => {
      await setOptOut(deps, addresses, params, true, principal, deadline);
      return { status: 204 };
    },
  );

  const optIn = operation(
    {
      method: 'delete',
      path: optOutPath,
      name: 'optIn',
      tag,
      summary: 'Opt a conversation in again',
      description:
        'What came due while it was opted out is not made up for. Repeating it, or doing it to a conversation that never opted out, changes nothing.',
      scopes: ['gateway'],
      params: conversationParams,
      answers: { 204: { description: 'It gets followups again.' } },
    },
    async ({ params, principal, deadline }) => {
      await setOptOut(deps, addresses, params, false, principal, deadline);
      return { status: 204 };
    },
  );

  const erase = operation(
    {
      method: 'delete',
      path: '/v1/channels/{channelId}/conversations/{conversationId}',
      name: 'eraseConversation',
      tag,
      summary: 'Erase a conversation',
      description:
        'Its workflow is ended and deleted with its history, its sessions, deliveries and decisions are erased, and its opt-out with them; what it counted for in statistics stays. After the 204 no request of a followup begins. A message that comes afterwards opens a new session. May be repeated after a 503.',
      scopes: ['gateway'],
      params: conversationParams,
      answers: { 204: { description: 'It is erased.' } },
    },
    async ({ params, principal, deadline }) => {
      await eraseConversation(deps, params, principal, deadline);
      return { status: 204 };
    },
  );

  return [optOut, optIn, erase];
}
