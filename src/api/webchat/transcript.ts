import { type ChatConversation, listChatMessages } from '../../db/queries/chat-messages';
import type { ApiDeps } from '../deps';
import type { Answer } from '../operation';
import type { RequestDeadline } from '../request-deadline';
import { decodeCursor, toChatMessage } from './chat-message';

/**
 * A page of what was said in a conversation, oldest first.
 *
 * @throws ApiProblem 422 for a cursor that is none
 */
export async function readTranscript(
  deps: Pick<ApiDeps, 'database'>,
  conversation: ChatConversation,
  { after, limit }: { after?: string | undefined; limit: number },
  deadline: RequestDeadline,
): Promise<Answer> {
  const from = decodeCursor(after, 'after');
  const rows = await deadline.database(listChatMessages(deps.database.db, conversation, from, limit + 1));
  const items = rows.slice(0, limit).map(toChatMessage);
  return { status: 200, body: { items, nextCursor: rows.length > limit ? (items.at(-1)?.cursor ?? null) : null } };
}
