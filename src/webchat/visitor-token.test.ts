import { randomBytes } from 'node:crypto';
import { newId } from '../ids';
import { createSecretBox } from '../secret-box';
import { newVisitorConversationId, readVisitorToken, visitorToken } from './visitor-token';

const box = createSecretBox(randomBytes(32));
const visitor = { channelId: newId('ch'), conversationId: newVisitorConversationId() };
const expiresAt = new Date('2027-05-01T12:00:00.000Z');

test('a token tells who it is for and when it ends, and can be sent in a header', () => {
  const token = visitorToken(box, visitor, expiresAt);
  expect(token).toMatch(/^wct_[A-Za-z0-9_-]{86}$/);
  expect(readVisitorToken(box, token)).toEqual({ ...visitor, expiresAt });
});

test('nothing can be read from it, and none is like another', () => {
  const [one, other] = [visitorToken(box, visitor, expiresAt), visitorToken(box, visitor, expiresAt)];
  expect(one).not.toBe(other);
  expect(Buffer.from(one.slice(4), 'base64url').toString('hex')).not.toContain(visitor.channelId.slice(3));
});

test('what was changed, made up, made elsewhere or made for something else is none', () => {
  const token = visitorToken(box, visitor, expiresAt);
  const changed = token.slice(0, 20) + (token[20] === 'A' ? 'B' : 'A') + token.slice(21);
  const elsewhere = visitorToken(createSecretBox(randomBytes(32)), visitor, expiresAt);
  const survey = `wct_${box.seal('survey', Buffer.alloc(36))}`;
  for (const wrong of [changed, elsewhere, survey, token.slice(4), `${token}A`, '', 'wct_', `fup_${token.slice(4)}`]) {
    expect(readVisitorToken(box, wrong)).toBeNull();
  }
});

test('conversation ids are of the alphabet that conversations have', () => {
  expect(newVisitorConversationId()).toMatch(/^visitor-[0-9a-f]{32}$/);
  expect(newVisitorConversationId()).not.toBe(newVisitorConversationId());
});
