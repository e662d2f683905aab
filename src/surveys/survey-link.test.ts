import { randomBytes } from 'node:crypto';
import { newId } from '../ids';
import { createSecretBox } from '../secret-box';
import { readSurveyToken, surveyLinks, surveyToken } from './survey-link';

const secretBox = createSecretBox(randomBytes(32));
const ticket = { deliveryId: newId('dlv'), expiresAt: new Date('2026-12-01T10:00:00Z') };

test('a token gives back what it was made of', () => {
  expect(readSurveyToken(secretBox, surveyToken(secretBox, ticket))).toEqual(ticket);
});

test('a token tells nothing of ids, and two of one delivery have nothing in common', () => {
  const [one, other] = [surveyToken(secretBox, ticket), surveyToken(secretBox, ticket)];
  const hex = ticket.deliveryId.slice(4);
  for (const token of [one, other]) {
    expect(token).toMatch(/^[A-Za-z0-9_-]{64}$/);
    expect(Buffer.from(token, 'base64url').toString('hex')).not.toContain(hex.slice(0, 12));
    expect(token).not.toContain(hex.slice(0, 12));
  }
  expect(one).not.toBe(other);
});

test('a token that was changed anywhere is none', () => {
  const token = surveyToken(secretBox, ticket);
  for (let index = 0; index < token.length; index++) {
    const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
    expect(readSurveyToken(secretBox, changed)).toBeNull();
  }
});

test.each([
  '',
  'x',
  'A'.repeat(64),
  `${surveyToken(secretBox, ticket)}A`,
  `${surveyToken(secretBox, ticket)}=`,
  ` ${surveyToken(secretBox, ticket).slice(1)}`,
  surveyToken(createSecretBox(randomBytes(32)), ticket),
  secretBox.seal('another purpose', randomBytes(20)),
  secretBox.seal('survey', randomBytes(19)),
  secretBox.encrypt('anything'),
])('%p is no token', (text) => {
  expect(text.length === 64 && readSurveyToken(secretBox, text) !== null).toBe(false);
  expect(readSurveyToken(secretBox, text)).toBeNull();
});

test('a link leads to the public address', () => {
  const link = surveyLinks(secretBox, 'https://followups.example.com/base')(ticket.deliveryId, ticket.expiresAt);
  expect(link).toMatch(/^https:\/\/followups\.example\.com\/base\/s\/[A-Za-z0-9_-]{64}$/);
});
