import type { DeliveryRows } from '../../world/conversation';

/** What became of a delivery's attempts, in order, such as "null, sent". */
export const outcomes = ({ attempts }: DeliveryRows): string =>
  attempts.map(({ outcome }) => String(outcome)).join(', ');

/** Whether the last attempt has its outcome, and the delivery the status that comes of it. */
export const wasSent = ({ status, attempts }: DeliveryRows): boolean =>
  status === 'sent' && attempts.at(-1)?.outcome === 'sent';
