import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../secret-box';

/** Who speaks on a web chat as its user: one browser, one conversation. */
export type Visitor = { channelId: string; conversationId: string };

const prefix = 'wct_';
const purpose = 'visitor';
const idBytes = 16;
const timeBytes = 4;
/** Two ids and a time, sealed, in base64url. */
const tokenPattern = /^wct_[A-Za-z0-9_-]{86}$/;
const conversationPrefix = 'visitor-';

/** How long a token works. A browser that comes back has it renewed. */
export const visitorTokenMs = 180 * 86_400_000;

/** A conversation id that nobody can guess, and that tells of nobody. */
export const newVisitorConversationId = () => `${conversationPrefix}${randomBytes(idBytes).toString('hex')}`;

/**
 * What a visitor shows to be known again: the conversation and when the token ends (to the second), encrypted and signed.
 *
 * @param visitor of a conversation that {@link newVisitorConversationId} named
 */
export function visitorToken(secretBox: SecretBox, { channelId, conversationId }: Visitor, expiresAt: Date): string {
  const token = Buffer.alloc(2 * idBytes + timeBytes);
  token.write(channelId.replace('ch_', ''), 'hex');
  token.write(conversationId.replace(conversationPrefix, ''), idBytes, 'hex');
  token.writeUInt32BE(Math.floor(expiresAt.getTime() / 1_000), 2 * idBytes);
  return prefix + secretBox.seal(purpose, token);
}

/** null for what was not made here by {@link visitorToken}. Says nothing of whether it has expired. */
export function readVisitorToken(secretBox: SecretBox, token: string): (Visitor & { expiresAt: Date }) | null {
  const opened = tokenPattern.test(token) ? secretBox.open(purpose, token.slice(prefix.length)) : null;
  if (opened?.length !== 2 * idBytes + timeBytes) return null;
  return {
    channelId: `ch_${opened.toString('hex', 0, idBytes)}`,
    conversationId: conversationPrefix + opened.toString('hex', idBytes, 2 * idBytes),
    expiresAt: new Date(opened.readUInt32BE(2 * idBytes) * 1_000),
  };
}
