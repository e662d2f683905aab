import type { Session } from '../api/client';

export const endedByWords: Record<NonNullable<Session['endedBy']>, string> = {
  gateway: 'ended by the gateway',
  idle: 'nobody wrote for a long time',
  channel_deleted: 'its channel was deleted',
  conversation_gone: 'the gateway said that the conversation is gone',
  operator: 'its workflow was ended in Temporal',
};

export const awaitingNames: Record<NonNullable<Session['awaiting']>, string> = {
  user: 'the user',
  operator: 'a colleague',
  nobody: 'nobody',
};

export const senderNames = { agent: 'The agent', user: 'The user', operator: 'A human operator' } as const;

type LastMessages = Pick<Session, 'lastAgentMessageAt' | 'lastUserMessageAt' | 'lastOperatorMessageAt'>;

const atMs = (at: string | null) => (at === null ? -1 : Date.parse(at));

/** When anybody wrote last, as far as it is known. */
export function lastMessageAt({ lastAgentMessageAt, lastUserMessageAt, lastOperatorMessageAt }: LastMessages) {
  return [lastAgentMessageAt, lastUserMessageAt, lastOperatorMessageAt].reduce(
    (latest, at) => (atMs(at) > atMs(latest) ? at : latest),
    null,
  );
}

/** Who is expected to speak, in few words; null: it is not known. */
export function turnInWords(session: Session): string | null {
  const { armed, awaiting, lastAgentMessageAt, lastUserMessageAt, lastOperatorMessageAt } = session;
  if (armed === null) return null;
  if (armed)
    return awaiting === 'nobody' ? 'The agent said goodbye' : `Waiting for ${awaitingNames[awaiting ?? 'user']}`;
  if (atMs(lastOperatorMessageAt) >= Math.max(0, atMs(lastUserMessageAt), atMs(lastAgentMessageAt)))
    return 'With a human operator';
  return lastUserMessageAt === null ? 'Nobody has written yet' : 'The user wrote last';
}
