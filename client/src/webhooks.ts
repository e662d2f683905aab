import { Webhook } from 'standardwebhooks';
import type { FollowupSend } from './api-types';

/** The request is not signed with any of the channel's secrets, was changed, or is older than five minutes. Answer 401. */
export class SignatureError extends Error {
  override name = 'SignatureError';
}

/** A request that is what it claims to be. */
export type VerifiedWebhook = {
  /** The same in every attempt at one delivery: what duplicates are known by. */
  webhookId: string;
  event: FollowupSend;
};

/**
 * Verifies a request of the service (https://www.standardwebhooks.com).
 *
 * @param secrets `whsec_…` of the channel; while a secret is replaced, the old and the new one
 * @param headers of the request, as node:http or fetch have them
 * @param rawBody the very bytes of the body, as text: parsing and writing it again could change them
 * @throws SignatureError
 */
export function verifyWebhook(
  secrets: string | readonly string[],
  headers: Headers | Record<string, string | string[] | undefined>,
  rawBody: string,
): VerifiedWebhook {
  const plain = Object.fromEntries(
    (headers instanceof Headers ? [...headers] : Object.entries(headers)).map(([name, value]) => [name, String(value)]),
  );
  for (const secret of [secrets].flat()) {
    const webhook = new Webhook(secret);
    try {
      return { event: webhook.verify(rawBody, plain) as FollowupSend, webhookId: plain['webhook-id'] ?? '' };
    } catch {
      // perhaps another secret's
    }
  }
  throw new SignatureError('The signature is not valid.');
}
