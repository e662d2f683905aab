const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A change of a zone's offset from UTC, in milliseconds. More after it: clocks go forward, and a gap is jumped over. */
export type ZoneChange = { timeZone: string; atMs: number; beforeMs: number; afterMs: number };

/**
 * The next change of each direction, found by looking at a clock of that zone minute by minute, so that it does not
 * rest on how the service computes it.
 *
 * @throws Error when there are not both within a year: the zone has no daylight saving time any more
 */
export function nextChanges(timeZone: string, fromMs: number): [forward: ZoneChange, back: ZoneChange] {
  const offsetAt = offsetsOf(timeZone);
  const found: ZoneChange[] = [];
  const startMs = Math.ceil(fromMs / minuteMs) * minuteMs;
  for (let dayStartMs = startMs; dayStartMs < startMs + 364 * dayMs; dayStartMs += dayMs) {
    const [beforeMs, afterMs] = [offsetAt(dayStartMs), offsetAt(dayStartMs + dayMs)];
    if (beforeMs === afterMs) continue;
    let atMs = dayStartMs;
    while (offsetAt(atMs) === beforeMs) atMs += minuteMs;
    found.push({ timeZone, atMs, beforeMs, afterMs });
  }
  const forward = found.find(({ beforeMs, afterMs }) => afterMs > beforeMs);
  const back = found.find(({ beforeMs, afterMs }) => afterMs < beforeMs);
  if (!forward || !back) throw new Error(`${timeZone} has no daylight saving time in the year to come.`);
  return [forward, back];
}

/** By how much the wall clock of a zone is ahead of UTC at an instant of a whole minute. */
function offsetsOf(timeZone: string): (atMs: number) => number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  return (atMs) => {
    const parts = Object.fromEntries(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute) - atMs;
  };
}
