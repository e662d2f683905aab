import { type ChatMessageRow, findChatMessage, insertChatMessage } from '../../db/queries/chat-messages';
import type { ApiDeps } from '../deps';
import type { SignalTarget } from '../ports';
import { invalidField } from '../problems';
import { reportMessage } from '../report-message';
import type { RequestDeadline } from '../request-deadline';
import type { MessageEvent } from '../schemas/messages';

/**
 * Lets the agent or an operator speak in a web chat. The message is shown first, then told to the session: one that
 * nobody saw begins no silence. Repeated after a crash anywhere in between, it is the same message with the same time.
 *
 * @throws ApiProblem 422 without a text, or for a user, who speaks in the chat itself; 429 or 503: to be sent again
 */
export async function speakInChat(
  deps: Pick<ApiDeps, 'database' | 'sessions'>,
  target: SignalTarget,
  event: MessageEvent,
  text: string | undefined,
  deadline: RequestDeadline,
): Promise<void> {
  const { id: messageId, from: sender } = event;
  if (sender === 'user') {
    throw invalidField(
      'from',
      'not_of_webchat',
      'On a web chat users speak in the chat itself: give another sender, for example "from": "agent".',
    );
  }
  if (text === undefined) {
    throw invalidField(
      'text',
      'required',
      '"text" is required on a web chat, which shows it, for example "text": "How can I help?".',
    );
  }
  const { channelId, conversationId } = target;
  const message = { channelId, conversationId, sender, messageId, text, survey: null, at: new Date(event.at) };
  const { at } = await deadline.database(insertChatMessage(deps.database.db, message));
  await reportMessage(deps, target, { ...event, at: at.toISOString() }, deadline);
}

/**
 * Takes what a visitor says. Its session is told first, so that no followup begins once this has returned; then it is
 * kept. The same id again is the same message, of which the session has heard already.
 *
 * @throws ApiProblem 429 or 503: to be sent again
 */
export async function sayInChat(
  deps: Pick<ApiDeps, 'database' | 'sessions' | 'clock'>,
  target: SignalTarget,
  { id: messageId, text }: { id: string; text: string },
  deadline: RequestDeadline,
): Promise<ChatMessageRow> {
  const { db } = deps.database;
  const { channelId, conversationId } = target;
  const key = { channelId, conversationId, sender: 'user', messageId } as const;
  const known = await deadline.database(findChatMessage(db, key));
  if (known) return known;
  const at = new Date(deps.clock());
  const receivedAt = at.toISOString();
  await reportMessage(deps, target, { id: messageId, from: 'user', at: receivedAt, receivedAt }, deadline);
  return deadline.database(insertChatMessage(db, { ...key, text, survey: null, at }));
}

/** @throws ApiProblem 422 for a text where the service needs none */
export function refuseText(text: string | undefined): void {
  if (text === undefined) return;
  throw invalidField(
    'text',
    'only_webchat',
    '"text" is for channels of the type "webchat" alone, and this is none: leave it out, the service needs no text, for example {"id": "msg-1", "from": "agent"}.',
  );
}
