import type { Form, Installation, InstallationSettings } from './installation/installation';
import type { Random } from './random';

/** One row of the fault matrix. */
export type Row = {
  number: number;
  /** What is broken, in a few words. */
  fault: string;
  /** Where it can be shown. */
  forms: readonly Form[];
  /** It needs an installation of its own that is set up like this; absent: it takes the one that the others use. */
  settings?: InstallationSettings;
  /**
   * Breaks the installation, waits until all is quiet again, and reports. It need not put everything back: what it
   * killed or froze is started and thawed after it.
   *
   * @throws when it could not do what it wanted to: that fails the row as well
   */
  run(installation: Installation, report: RowReport): Promise<void>;
};

/** What a row says of itself. */
export type RowReport = {
  /** Makes the same choices for the same seed and row. */
  random: Random;
  /** The counts of the design: thousands of races. Otherwise what fits into some minutes. */
  thorough: boolean;
  /** Notes a number, or adds to it, under a name in plain words. */
  count(name: string, by?: number): void;
  /** Notes something that was seen, once. */
  note(name: string, seen: string | number): void;
  /**
   * The row fails unless this holds.
   *
   * @param what the promise as a sentence, such as "one request to the gateway"
   * @param seen what was there instead, for the message
   */
  must(what: string, holds: boolean, seen?: unknown): void;
  /** Notes that a part could not run here, and why: the row says of itself that it was run in part only. */
  skip(part: string, why: string): void;
};

/**
 * What a verdict needs. Each row judges by pure functions of what was seen, which a test gives a violation to see: a
 * verdict that cannot fail is none.
 */
export type Judging = Pick<RowReport, 'must'>;
