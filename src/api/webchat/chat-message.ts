import type { ChatMessageRow } from '../../db/queries/chat-messages';
import { invalidField } from '../problems';
import type { ChatMessageAnswer } from '../schemas/chat-messages';

/** The place of a message in its conversation. Opaque to callers. */
export const encodeCursor = (sequence: number): string => Buffer.from(String(sequence)).toString('base64url');

/**
 * @param field that it came in
 * @returns 0 without one: the beginning
 * @throws ApiProblem 422 when it is no cursor of a message
 */
export function decodeCursor(cursor: string | undefined, field: 'after' | 'lastEventId'): number {
  if (cursor === undefined) return 0;
  const digits = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{1,15}$/.test(digits)) return Number(digits);
  const example = encodeCursor(4_711);
  throw invalidField(
    field,
    'invalid_cursor',
    `Give the cursor of a message, unchanged, or leave it out, for example "${example}".`,
  );
}

/** A message as the API shows it. */
export const toChatMessage = (row: ChatMessageRow): ChatMessageAnswer => ({
  id: row.messageId,
  cursor: encodeCursor(row.sequence),
  from: row.sender,
  text: row.text,
  at: row.at.toISOString(),
  survey: row.survey,
  // The test of a followup is no delivery.
  deliveryId: row.sender === 'followup' && row.messageId.startsWith('dlv_') ? row.messageId : null,
});
