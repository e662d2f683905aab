import type { LedgerEntry } from '../../gateway/script';
import type { Judging } from '../../row';

export type Repeated = Pick<LedgerEntry, 'webhookId' | 'body' | 'verified'>;

/** Whatever is repeated is one delivery to the gateway: it has one id and one body, and every signature verifies. */
export function repeatedAlike(requests: readonly Repeated[], report: Judging): void {
  report.must('one webhook-id', new Set(requests.map(({ webhookId }) => webhookId)).size === 1, requests);
  report.must('one body', new Set(requests.map(({ body }) => body)).size === 1, requests);
  report.must(
    'every signature verifies',
    requests.every(({ verified }) => verified === true),
    requests,
  );
}
