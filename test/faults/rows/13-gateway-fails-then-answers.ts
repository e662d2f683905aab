import type { LedgerEntry } from '../gateway/script';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { ownChannel } from './support/own-channel';
import { pausesBetweenAttempts } from './support/pauses';
import { repeatedAlike } from './support/repeated';

/** How far the time that is signed may be from the arrival, on a machine that is busy. */
const freshWithinMs = 5_000;

/**
 * Fails when a pause is not that of the documented backoff, when all pauses are alike, or when a repetition has another
 * id or body, an old timestamp or a signature that does not verify.
 */
export const row: Row = {
  number: 13,
  fault: 'gateway 500 several times, then 200',
  forms,
  async run(installation, report) {
    const { gateway } = installation;
    const failures = report.thorough ? 6 : 3;
    const world = new World(installation);
    const firstPauses: number[] = [];
    await inParallel(Array.from({ length: 6 }), 6, async () => {
      const { followupId, chat } = await ownChannel(world);
      world.mustBeSent(chat, followupId, 'the gateway took it in the end');
      await gateway.script(
        chat.id,
        Array.from({ length: failures }, (_, index) => ({ status: [500, 502, 504][index % 3] ?? 500 })),
      );
      await chat.says('agent');
      const requests = await chat.received(failures + 1, 120_000);
      const delivery = await chat.delivery('a send', wasSent);
      report.must('failed …, sent', outcomes(delivery) === `${'failed, '.repeat(failures)}sent`, outcomes(delivery));
      signedAnew(requests, report);

      const pauses = await pausesBetweenAttempts(installation, chat);
      report.must('a pause after each failure', pauses.length === failures, pauses);
      pausedAsDocumented({ pauses, readAtMs: requests.map(({ readAtMs }) => readAtMs) }, report);
      firstPauses.push(pauses[0] ?? 0);
      report.count('failures', failures);
      report.count('requests', requests.length);
    });
    jittered(firstPauses, report);
    report.note('first pauses in ms', firstPauses.map((pause) => pause.toFixed(0)).join(' '));
    await judge(world, report);
  },
};

type Signed = Pick<LedgerEntry, 'webhookId' | 'body' | 'verified' | 'timestamp' | 'atMs' | 'signature'>;

/** The same delivery each time, signed at the time of the attempt. */
export function signedAnew(requests: readonly Signed[], report: Judging): void {
  repeatedAlike(requests, report);
  for (const { timestamp, atMs } of requests) {
    const offMs = Math.abs(Number(timestamp) * 1_000 - atMs);
    report.must('the time of this attempt', offMs < freshWithinMs, { timestamp, atMs });
  }
  const [first, last] = [requests[0], requests.at(-1)];
  report.must('another timestamp', Number(last?.timestamp) > Number(first?.timestamp), [first, last]);
  report.must('another signature', last?.signature !== first?.signature, [first, last]);
}

/** The documented backoff: a second, then twice as long each time, give or take a fifth. */
export function pausedAsDocumented(
  { pauses, readAtMs }: { pauses: readonly number[]; readAtMs: readonly number[] },
  report: Judging,
): void {
  for (const [index, pauseMs] of pauses.entries()) {
    const plainMs = 1_000 * 2 ** index;
    const asDocumented = pauseMs >= plainMs * 0.8 - 2 && pauseMs <= plainMs * 1.2 + 2;
    report.must(`pause ${index + 1} is ${plainMs} ms, give or take 20 %`, asDocumented, pauseMs);
    const passedMs = (readAtMs[index + 1] ?? 0) - (readAtMs[index] ?? 0);
    report.must('the next attempt waits for it', passedMs >= pauseMs - 20, { passedMs, pauseMs });
  }
}

export const jittered = (firstPauses: readonly number[], report: Judging): void =>
  report.must('not all pauses are alike', new Set(firstPauses).size > 1, firstPauses);
