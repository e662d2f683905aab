import type { Judging } from '../../row';

/** The same processes before and after: none of them has ended for what happened to its servers. */
export const livesOn = (pids: { before: readonly number[]; after: readonly number[] }, report: Judging): void =>
  report.must('every program lives on', pids.after.join() === pids.before.join(), pids);
