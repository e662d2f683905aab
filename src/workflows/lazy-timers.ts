import { condition, isCancellation, sleep } from '@temporalio/workflow';

/**
 * Timers that are kept rather than cancelled. Cancelling and restarting a timer at each message costs two events every
 * time; a timer that fires too early costs one task, once. So one is started only when none that is running would fire
 * in time, and whoever wakes looks at the state again.
 */
export class LazyTimers {
  private readonly firesAtMs = new Set<number>();
  private fired = false;

  /**
   * Waits until `atMs` (epoch milliseconds) or earlier: until a timer fires, or `hasNews` says so.
   *
   * @param summary says what the timer is for, shown in the Web UI; asked only when one has to be started
   */
  async wait(atMs: number, summary: () => string, hasNews: () => boolean): Promise<void> {
    this.fired = false;
    if (![...this.firesAtMs].some((running) => running <= atMs)) this.start(atMs, summary());
    await condition(() => this.fired || hasNews());
  }

  private start(atMs: number, summary: string): void {
    this.firesAtMs.add(atMs);
    const over = () => {
      this.firesAtMs.delete(atMs);
      this.fired = true;
    };
    sleep(Math.max(1, atMs - Date.now()), { summary }).then(over, (error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }
}
