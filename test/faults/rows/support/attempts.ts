import type { DeliveryRows } from '../../world/conversation';

/**
 * What became of a delivery's attempts, in order, such as "null, sent". Without those that wrote no request: where a
 * machine is very busy a session cannot always be asked in time, and nothing is sent yet.
 */
export const outcomes = ({ attempts }: DeliveryRows): string =>
  attempts
    .filter(({ outcome, sendingAt }) => outcome !== 'withheld' && (outcome !== null || sendingAt !== null))
    .map(({ outcome }) => String(outcome))
    .join(', ');

/** Whether the last attempt has its outcome, and the delivery the status that comes of it. */
export const wasSent = ({ status, attempts }: DeliveryRows): boolean =>
  status === 'sent' && attempts.at(-1)?.outcome === 'sent';
