import { cleanRun } from '../../checker/clean-run';
import type { Facts } from '../../checker/facts';
import { violations } from '../../checker/invariants';
import { createRandom } from '../../random';
import { GatheringReport } from '../../report';
import type { Judging } from '../../row';

/** What a row's verdict says of something that is right, and of the same with one thing wrong in it. */
export type Planted = {
  row: number;
  /** What is wrong. */
  what: string;
  ofClean: string[];
  ofWrong: string[];
  /** What it has to say, and nothing else. */
  wanted: RegExp;
};

/** A violation that a row's own verdict is to report. */
export function planted<Seen>(
  row: number,
  what: string,
  verdict: (seen: Seen, report: Judging) => void,
  [clean, wrong]: [clean: Seen, wrong: Seen],
  wanted: RegExp,
): Planted {
  const said = (seen: Seen) => {
    const report = new GatheringReport(createRandom('planted'), false);
    verdict(seen, report);
    return report.failures;
  };
  return { row, what, ofClean: said(clean), ofWrong: said(wrong), wanted };
}

/** A violation that the checker is to report, which judges the end of a row. */
export function plantedInARun(row: number, what: string, plant: (facts: Facts) => void, wanted: RegExp): Planted {
  const said = (facts: Facts) => violations(facts).map((violation) => `${violation.invariant}: ${violation.what}`);
  const wrong = cleanRun();
  plant(wrong);
  return { row, what, ofClean: said(cleanRun()), ofWrong: said(wrong), wanted };
}
