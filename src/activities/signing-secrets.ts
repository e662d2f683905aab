import type { channels } from '../db/schema';
import type { SecretBox } from '../secret-box';

/** The channel's signing secrets in clear, newest first: during a rotation requests carry a signature of each. */
export function signingSecrets(secretBox: SecretBox, channel: typeof channels.$inferSelect, nowMs: number): string[] {
  const secrets = [secretBox.decrypt(channel.signingSecret)];
  const until = channel.previousSigningSecretUntil?.getTime() ?? 0;
  if (channel.previousSigningSecret && until > nowMs) secrets.push(secretBox.decrypt(channel.previousSigningSecret));
  return secrets;
}
