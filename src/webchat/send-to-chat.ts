import { CommitUnansweredError, type Fence } from '../db/fence-pool';
import { type ChatSurvey, insertFollowupMessage } from '../db/queries/chat-messages';
import type { SendRequest, SendResult } from '../gateway/send-webhook';

/** The parts of a followup's body that a web chat shows. */
type ShownBody = {
  timestamp: string;
  data: { channelId: string; conversationId: string; message: string; survey: ChatSurvey | null };
};

export type ChatSendRequest = Pick<SendRequest, 'webhookId' | 'body' | 'abortSignal'> & {
  /** Asks as for a webhook; gives the fence under which was asked, or null: nothing may be written. */
  beforeWrite: () => Promise<Fence | null>;
  nowMs: () => number;
};

/**
 * One attempt at one followup on a web chat, told as one at a webhook: the message is written into the transcript under
 * the fence itself, in one transaction. A process that has lost the fence cannot write at all, and the same delivery is
 * one message, however often it is attempted.
 *
 * `unreachable`: the database did not take it. `lost`: it was asked to keep it, and did not say whether it has.
 * `withheld` also when the delivery is not being sent any more. Its status is that of a gateway that took the message.
 */
export async function sendToChat(request: ChatSendRequest): Promise<SendResult> {
  const { webhookId, body, beforeWrite, abortSignal, nowMs } = request;
  const { data } = JSON.parse(body) as ShownBody;
  const fence = await beforeWrite();
  if (fence === null || abortSignal?.aborted) return { kind: 'withheld' };
  const begunMs = performance.now();
  const durationMs = () => Math.round(performance.now() - begunMs);
  try {
    const written = await fence.commit((tx) =>
      insertFollowupMessage(tx, {
        channelId: data.channelId,
        conversationId: data.conversationId,
        sender: 'followup',
        messageId: webhookId,
        text: data.message,
        survey: data.survey,
        at: new Date(nowMs()),
      }),
    );
    if (!written) return { kind: 'withheld' };
  } catch (error) {
    const kind = error instanceof CommitUnansweredError ? 'lost' : 'unreachable';
    return { kind, code: 'DATABASE', durationMs: durationMs() };
  }
  const answer = JSON.stringify({ messageId: webhookId });
  return { kind: 'answered', status: 200, retryAfterMs: null, body: answer, durationMs: durationMs() };
}
