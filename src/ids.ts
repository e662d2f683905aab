import { createHash } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';

/** What an id names: agent, channel, followup, session, delivery, API key. */
export type IdPrefix = 'agt' | 'ch' | 'flw' | 'ses' | 'dlv' | 'key';

/**
 * A new id: the prefix, an underscore and the 32 hexadecimal digits of a UUID version 7 (RFC 9562, 5.7), so that ids
 * made one after the other also sort that way.
 */
export const newId = (prefix: IdPrefix): string => `${prefix}_${uuidV7().replaceAll('-', '')}`;

/** Matches the ids of one kind, and nothing else. */
export const idPattern = (prefix: IdPrefix): RegExp => new RegExp(`^${prefix}_[0-9a-f]{32}$`);

/**
 * The id of the one delivery of a followup in a session. Made from both alone, so that whoever makes it, and however
 * often, it is the same: it is the `webhook-id` by which gateways remove duplicates.
 */
export const deliveryId = (sessionId: string, followupId: string): string =>
  `dlv_${createHash('sha256').update(`${sessionId}/${followupId}`).digest('hex').slice(0, 32)}`;
