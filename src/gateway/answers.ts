/**
 * What a gateway's answer means for the message: delivered; refused as a message; refused because the conversation does
 * not exist any more; the endpoint is gone for good; or trouble of the endpoint, to be tried again.
 */
export type AnswerClass = 'sent' | 'rejected' | 'conversation_gone' | 'endpoint_gone' | 'retry';

/**
 * Classifies an answer by its status, and a 422 also by its body. Only 400, 413 and 422 speak of the message, and 410 of
 * the endpoint as the Standard Webhooks specification has it; everything else, redirects included, is trouble that may
 * pass.
 *
 * @param status HTTP status
 * @param body the body as text, perhaps cut
 */
export function classifyAnswer(status: number, body: string): AnswerClass {
  if (status >= 200 && status <= 299) return 'sent';
  if (status === 422 && fieldOf(body, 'code') === 'conversation_gone') return 'conversation_gone';
  if (status === 400 || status === 413 || status === 422) return 'rejected';
  if (status === 410) return 'endpoint_gone';
  return 'retry';
}

/**
 * The id that the gateway gave the message: `messageId` of a JSON body, of 1 to 200 characters; null if there is none.
 * One with control characters or half a surrogate pair is none either: PostgreSQL could not store it as it is.
 */
export function gatewayMessageId(body: string): string | null {
  const id = fieldOf(body, 'messageId');
  if (typeof id !== 'string' || id === '' || id.length > 200) return null;
  return /[\p{Cc}\p{Cs}]/u.test(id) ? null : id;
}

function fieldOf(body: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined;
  } catch {
    return undefined;
  }
}
