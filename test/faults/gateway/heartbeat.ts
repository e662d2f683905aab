/** Of a machine that gave the process no time: what came in meanwhile is read in several steps after it. */
const starvedMs = 30;
/** For so many beats after it. */
const remembered = 10;

/**
 * Since when nothing can have been left unread. As a rule that is the last beat: what was there before it was read before
 * it. After a time in which the process was given none it is the beat before that time: a connection is taken first, and
 * what came on it is read after the next beat, however long it had been there.
 */
export class Heartbeat {
  private readonly beats: number[];

  constructor(startedAtMs: number) {
    this.beats = [startedAtMs];
  }

  beat(atMs: number): void {
    this.beats.push(atMs);
    if (this.beats.length > remembered) this.beats.shift();
  }

  get notBeforeMs(): number {
    const late = this.beats.findIndex((atMs, index) => atMs - (this.beats[index - 1] ?? atMs) > starvedMs);
    return this.beats.at(late > 0 ? late - 1 : -1) ?? 0;
  }
}
