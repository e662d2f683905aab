import { requestTimeMs } from '../../../../src/api/request-deadline';
import type { Judging } from '../../row';
import type { Answer } from '../../world/calls';

/** What a machine that is busy with all of this adds to the time that the API gives itself. */
const busyMs = 1_500;

export type TimedAnswer = Pick<Answer, 'status' | 'headers'> & { tookMs: number };

/** What cannot be taken is refused within the time that a request has, and its caller told when to ask again. */
export function refusedInTime({ status, headers, tookMs }: TimedAnswer, report: Judging): void {
  report.must('503', status === 503, status);
  report.must('Retry-After in seconds', /^\d+$/.test(headers.get('retry-after') ?? ''), headers.get('retry-after'));
  report.must('within the time that a request has', tookMs <= requestTimeMs + busyMs, tookMs);
}
