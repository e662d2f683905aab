import type { SecretBox } from '../secret-box';

/** What the link of a survey stands for. */
export type SurveyTicket = { deliveryId: string; expiresAt: Date };

const purpose = 'survey';
const idBytes = 16;
const expiryBytes = 4;
/** The sealed ticket in base64url. */
const tokenPattern = /^[A-Za-z0-9_-]{64}$/;

/**
 * The last part of a survey's link: the delivery and when the link expires (to the second), encrypted and signed, so
 * that it tells nothing and cannot be made up.
 */
export function surveyToken(secretBox: SecretBox, { deliveryId, expiresAt }: SurveyTicket): string {
  const ticket = Buffer.alloc(idBytes + expiryBytes);
  ticket.write(deliveryId.replace('dlv_', ''), 'hex');
  ticket.writeUInt32BE(Math.ceil(expiresAt.getTime() / 1_000), idBytes);
  return secretBox.seal(purpose, ticket);
}

/** null for what was not made here by {@link surveyToken}. Says nothing of whether it has expired. */
export function readSurveyToken(secretBox: SecretBox, token: string): SurveyTicket | null {
  const ticket = tokenPattern.test(token) ? secretBox.open(purpose, token) : null;
  if (ticket?.length !== idBytes + expiryBytes) return null;
  return {
    deliveryId: `dlv_${ticket.toString('hex', 0, idBytes)}`,
    expiresAt: new Date(ticket.readUInt32BE(idBytes) * 1_000),
  };
}

/**
 * Makes the links to the survey page.
 *
 * @param publicUrl where the API is reached from outside, without a slash at the end
 */
export const surveyLinks = (secretBox: SecretBox, publicUrl: string) => (deliveryId: string, expiresAt: Date) =>
  `${publicUrl}/s/${surveyToken(secretBox, { deliveryId, expiresAt })}`;
