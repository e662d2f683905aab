import { eventually } from '../../../support/eventually';
import type { Json } from '../../world/calls';
import type { Conversation } from '../../world/conversation';

/** Waits until the session of a conversation gives a followup this status for this reason. */
export function followupSays(chat: Conversation, followupId: string, status: string, reason: string): Promise<Json> {
  return eventually(
    `the followup of ${chat.id} to be ${status}, ${reason}`,
    async () => {
      const { followups } = await chat.session();
      const followup = followups.find((one: Json) => one.followupId === followupId);
      if (followup?.status !== status || followup.reason !== reason) throw new Error(JSON.stringify(followup));
      return followup;
    },
    90_000,
  );
}
