import { cpSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withDeadline } from '../../src/deadline';
import type { Form, Installation, InstallationSettings } from './installation/installation';
import { startInstallation } from './installation/start';
import type { Options } from './options';
import { createRandom } from './random';
import { type Counted, GatheringReport } from './report';
import type { Row } from './row';

export type RowResult = {
  number: number;
  form: Form;
  fault: string;
  passed: boolean;
  counted: Counted;
  failures: string[];
  tookMs: number;
};

/** Longer than any row takes: one that hangs fails, and the others go on. */
const rowWithinMs = 15 * 60_000;

/** Installations of one form, one at a time: started when it is first needed, and lent as long as nobody needs another. */
export class Installations {
  private running: { installation: Installation; settings: InstallationSettings } | null = null;

  /**
   * @param build a folder with `dist`
   * @param environment of every installation, whatever else its settings say
   */
  constructor(
    readonly form: Form,
    private readonly build: string,
    private readonly environment: Record<string, string> = {},
  ) {}

  /** Whether what runs is set up like this. */
  suits(settings: InstallationSettings = {}): boolean {
    return this.running !== null && isDeepStrictEqual(this.running.settings, settings);
  }

  /** Lends an installation, and puts it in order after it; one that cannot be put in order is not lent again. */
  async lend(settings: InstallationSettings = {}, use: (installation: Installation) => Promise<void>): Promise<void> {
    if (!this.suits(settings)) await this.stop();
    this.running ??= { installation: await this.start(settings), settings };
    const { installation } = this.running;
    try {
      await use(installation);
      await installation.recover();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  private start(settings: InstallationSettings): Promise<Installation> {
    const environment = { ...this.environment, ...settings.environment };
    return startInstallation(this.form, this.build, { ...settings, environment });
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = null;
    await running?.installation.stop();
  }
}

/** Runs one row in one form. Never rejects: what went wrong is in the result. */
export async function runRow(
  row: Row,
  installations: Installations,
  { seed, thorough }: Pick<Options, 'seed' | 'thorough'>,
): Promise<RowResult> {
  const report = new GatheringReport(createRandom(`${seed}/row-${row.number}`), thorough);
  const beganAtMs = Date.now();
  try {
    await installations.lend(row.settings, async (installation) => {
      try {
        await withDeadline(`Row ${row.number}`, rowWithinMs, row.run(installation, report));
      } catch (error) {
        report.failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
        throw error;
      } finally {
        if (report.failures.length > 0) report.failures.push(keepLogs(installation, `row-${row.number}`));
      }
    });
  } catch (error) {
    if (report.failures.length === 0) report.failures.push(error instanceof Error ? error.message : String(error));
  }
  const { counted } = report;
  const failures = [...report.failures, ...report.repetitions];
  const { number, fault } = row;
  const passed = failures.length === 0;
  return { number, form: installations.form, fault, passed, counted, failures, tookMs: Date.now() - beganAtMs };
}

/** Keeps what all processes have written, for whoever looks into a failure. @returns where, in words */
export function keepLogs({ form, folder }: Installation, name: string): string {
  const kept = join(realpathSync(tmpdir()), 'followups-faults-logs', `${form}-${name}-${Date.now()}`);
  cpSync(folder, kept, {
    recursive: true,
    filter: (path) => path === folder || basename(path) === 'data' || /logs$|\.log$|\.jsonl$/.test(path),
  });
  return `the logs are kept in ${kept}`;
}
