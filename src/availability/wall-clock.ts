import { IANAZone } from 'luxon';

export const dayMs = 86_400_000;

/**
 * The shape of an IANA name: every part begins with a capital. The runtime's own check lets more through
 * (`europe/madrid`, and in newer Node versions offsets such as `+03:00`).
 */
const zoneShape = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/;

/** Whether this is the name of a zone in the IANA time zone database, such as `Europe/Madrid`, that this host knows. */
export function isTimeZone(zone: string): boolean {
  return zoneShape.test(zone) && IANAZone.isValidZone(zone);
}

/**
 * Translates between instants (epoch milliseconds) and the wall clock of one zone. A wall-clock time is given as the
 * epoch milliseconds that it would have in UTC, so that days are whole multiples of 86,400,000.
 */
export type WallClock = {
  /** What the wall clock shows at an instant. */
  at(instantMs: number): number;
  /** The first instant at which the clock shows this time or a later one: a time inside a gap gives the gap's end. */
  first(wallMs: number): number;
  /** The end of the last stretch at which the clock shows at most this time: inside a gap, again the gap's end. */
  last(wallMs: number): number;
};

/**
 * Offsets at UTC midnights, by zone and day: asking for one takes 10 µs, and an agent that never closes needs a year
 * of them for each answer.
 */
const offsetsAtMidnight = new Map<string, Map<number, number>>();
const rememberedDays = 1_000;

/**
 * The wall clock of a zone. Offsets are compared explicitly, because luxon 3.7.2 resolves an ambiguous local time
 * differently by the season in which it is asked (moment/luxon#1089).
 *
 * Assumed: a zone changes its offset at most once between two consecutive UTC midnights, and offsets lie between
 * −24 h and +24 h, which holds for all of the IANA database.
 *
 * @throws RangeError if the zone is not known
 */
export function wallClockOf(timeZone: string): WallClock {
  const zone = zoneShape.test(timeZone) ? IANAZone.create(timeZone) : undefined;
  if (!zone?.isValid) {
    throw new RangeError(`Unknown time zone ${JSON.stringify(timeZone)}: use an IANA name such as "Europe/Madrid".`);
  }
  const offsetMs = (instantMs: number) => Math.round(zone.offset(instantMs) * 60_000);

  const known = offsetsAtMidnight.get(timeZone) ?? new Map<number, number>();
  offsetsAtMidnight.set(timeZone, known);
  if (known.size > rememberedDays) known.clear();
  const offsetAtMidnightMs = (day: number) => {
    let offset = known.get(day);
    if (offset === undefined) {
      offset = offsetMs(day * dayMs);
      known.set(day, offset);
    }
    return offset;
  };

  /** Every instant at which the clock shows this time, earliest first: none inside a gap, two where it is set back. */
  const occurrences = (wallMs: number): number[] => {
    const day = Math.floor(wallMs / dayMs);
    const around = new Set([-1, 0, 1, 2].map((distance) => offsetAtMidnightMs(day + distance)));
    const candidates = [...around].map((offset) => wallMs - offset);
    if (around.size === 1) return candidates;
    return candidates.filter((instantMs) => instantMs + offsetMs(instantMs) === wallMs).sort((a, b) => a - b);
  };

  /** The instant at which the clock jumps over this time. */
  const gapEnd = (wallMs: number): number => {
    let before = wallMs - dayMs;
    let after = wallMs + dayMs;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (middle + offsetMs(middle) < wallMs) before = middle;
      else after = middle;
    }
    return after;
  };

  return {
    at: (instantMs) => instantMs + offsetMs(instantMs),
    first: (wallMs) => occurrences(wallMs).at(0) ?? gapEnd(wallMs),
    last: (wallMs) => occurrences(wallMs).at(-1) ?? gapEnd(wallMs),
  };
}
