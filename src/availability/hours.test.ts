import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { type Availability, availabilityAt, type Hours, isTimeZone, type OpenState, type Weekday } from './hours';

const weekdays: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `hours('mon 09:00-17:30, sat 22:00-02:00', { '2026-12-25': '10:00-12:00' })`; `daily` stands for all days. */
function hours(weekly: string, exceptions: Record<string, string> = {}): Availability {
  const parts = (list: string) => list.split(', ').filter((part) => part !== '');
  const range = (text: string): Hours => ({ from: text.slice(0, 5), to: text.slice(6) });
  return {
    mode: 'hours',
    weekly: parts(weekly).flatMap((part) => {
      const [name = '', times = ''] = part.split(' ');
      return weekdays
        .filter((day) => name === 'daily' || day.startsWith(name))
        .map((day) => ({ day, ...range(times) }));
    }),
    exceptions: Object.entries(exceptions).map(([date, list]) => ({ date, hours: parts(list).map(range) })),
  };
}

/** `open until TIME`, `open for good`, `opens TIME`, `never opens`; times in UTC, to the minute. */
function described(state: OpenState): string {
  const time = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
  if (state.open) return state.untilMs === null ? 'open for good' : `open until ${time(state.untilMs)}`;
  return state.opensAtMs === null ? 'never opens' : `opens ${time(state.opensAtMs)}`;
}

const office = hours('mon 09:00-17:30, tue 09:00-17:30, wed 09:00-17:30, thu 09:00-17:30, fri 09:00-17:30');
const nights = 'daily 22:00-06:00';

type Row = [what: string, availability: Availability, zone: string, at: string, expected: string];

const ordinary: Row[] = [
  ['always', { mode: 'always' }, 'Europe/Madrid', '2026-03-02T03:00Z', 'open for good'],
  ['never', hours(''), 'Europe/Madrid', '2026-03-02T03:00Z', 'never opens'],
  ['before opening', office, 'Europe/Madrid', '2026-03-02T07:59Z', 'opens 2026-03-02T08:00Z'],
  ['start is inclusive', office, 'Europe/Madrid', '2026-03-02T08:00Z', 'open until 2026-03-02T16:30Z'],
  ['last minute', office, 'Europe/Madrid', '2026-03-02T16:29Z', 'open until 2026-03-02T16:30Z'],
  ['end is exclusive', office, 'Europe/Madrid', '2026-03-02T16:30Z', 'opens 2026-03-03T08:00Z'],
  ['over the weekend', office, 'Europe/Madrid', '2026-03-06T16:30Z', 'opens 2026-03-09T08:00Z'],
  ['in another zone', office, 'Asia/Kolkata', '2026-03-02T03:00Z', 'opens 2026-03-02T03:30Z'],
  ['two in a day', hours('mon 14:00-18:00, mon 09:00-13:00'), 'UTC', '2026-03-02T13:30Z', 'opens 2026-03-02T14:00Z'],
  ['adjoining', hours('mon 09:00-13:00, mon 13:00-18:00'), 'UTC', '2026-03-02T09:00Z', 'open until 2026-03-02T18:00Z'],
];

const acrossMidnight: Row[] = [
  ['before midnight', hours('fri 22:00-02:00'), 'UTC', '2026-03-06T23:00Z', 'open until 2026-03-07T02:00Z'],
  ['after midnight', hours('fri 22:00-02:00'), 'UTC', '2026-03-07T01:59Z', 'open until 2026-03-07T02:00Z'],
  ['over', hours('fri 22:00-02:00'), 'UTC', '2026-03-07T02:00Z', 'opens 2026-03-13T22:00Z'],
  ['sunday into monday', hours('sun 22:00-02:00'), 'UTC', '2026-03-02T01:00Z', 'open until 2026-03-02T02:00Z'],
  ['until 24:00', hours('fri 22:00-24:00'), 'UTC', '2026-03-06T22:00Z', 'open until 2026-03-07T00:00Z'],
  ['until 00:00 is the same', hours('fri 22:00-00:00'), 'UTC', '2026-03-06T22:00Z', 'open until 2026-03-07T00:00Z'],
  [
    '24:00 adjoins 00:00',
    hours('fri 22:00-24:00, sat 00:00-03:00'),
    'UTC',
    '2026-03-06T22:00Z',
    'open until 2026-03-07T03:00Z',
  ],
  [
    'joined with the next morning',
    hours('fri 22:00-06:00, sat 05:00-12:00'),
    'UTC',
    '2026-03-06T22:00Z',
    'open until 2026-03-07T12:00Z',
  ],
  [
    'longer than the next morning',
    hours('fri 22:00-06:00, sat 02:00-03:00'),
    'UTC',
    '2026-03-07T02:30Z',
    'open until 2026-03-07T06:00Z',
  ],
];

const withExceptions: Row[] = [
  [
    'closed on a date',
    hours('daily 09:00-17:00', { '2026-12-25': '' }),
    'UTC',
    '2026-12-25T10:00Z',
    'opens 2026-12-26T09:00Z',
  ],
  [
    'other hours on a date',
    hours('daily 09:00-17:00', { '2026-12-24': '10:00-12:00' }),
    'UTC',
    '2026-12-24T09:30Z',
    'opens 2026-12-24T10:00Z',
  ],
  [
    'open on a date only',
    hours('', { '2026-12-24': '10:00-12:00' }),
    'UTC',
    '2026-03-01T00:00Z',
    'opens 2026-12-24T10:00Z',
  ],
  [
    'cuts what runs over',
    hours(nights, { '2026-12-25': '' }),
    'Europe/Madrid',
    '2026-12-24T22:00Z',
    'open until 2026-12-24T23:00Z',
  ],
  ['after the cut', hours(nights, { '2026-12-25': '' }), 'UTC', '2026-12-25T01:00Z', 'opens 2026-12-26T22:00Z'],
  [
    'runs over itself',
    hours('', { '2026-12-25': '22:00-03:00' }),
    'UTC',
    '2026-12-25T23:00Z',
    'open until 2026-12-26T03:00Z',
  ],
  [
    'into a date with an exception',
    hours('', { '2026-12-25': '22:00-03:00', '2026-12-26': '' }),
    'UTC',
    '2026-12-25T23:00Z',
    'open until 2026-12-26T00:00Z',
  ],
  [
    'that is open at midnight',
    hours('', { '2026-12-25': '22:00-03:00', '2026-12-26': '00:00-01:00' }),
    'UTC',
    '2026-12-25T23:00Z',
    'open until 2026-12-26T01:00Z',
  ],
];

const atTheHorizon: Row[] = [
  ['round the clock', hours('daily 00:00-24:00'), 'Europe/Madrid', '2026-03-02T12:00Z', 'open for good'],
  [
    'round the clock overnight',
    hours('daily 12:00-11:00, daily 11:00-12:00'),
    'UTC',
    '2026-03-02T12:00Z',
    'open for good',
  ],
  [
    'until the one holiday',
    hours('daily 00:00-24:00', { '2026-12-25': '' }),
    'UTC',
    '2026-03-02T12:00Z',
    'open until 2026-12-25T00:00Z',
  ],
  [
    'opens in 366 days',
    hours('', { '2027-03-03': '12:00-13:00' }),
    'UTC',
    '2026-03-02T12:00Z',
    'opens 2027-03-03T12:00Z',
  ],
  ['a minute later', hours('', { '2027-03-03': '12:01-13:00' }), 'UTC', '2026-03-02T12:00Z', 'never opens'],
  [
    'closes in 366 days',
    hours('daily 00:00-24:00', { '2027-03-03': '00:00-12:00' }),
    'UTC',
    '2026-03-02T12:00Z',
    'open until 2027-03-03T12:00Z',
  ],
  ['only past exceptions', hours('', { '2025-12-25': '10:00-12:00' }), 'UTC', '2026-03-02T12:00Z', 'never opens'],
];

const clockGoesForward: Row[] = [
  // Madrid, 29 March 2026: 02:00 becomes 03:00 at 01:00Z.
  ['Madrid, over it', hours('sun 01:00-05:00'), 'Europe/Madrid', '2026-03-29T00:00Z', 'open until 2026-03-29T03:00Z'],
  [
    'Madrid, start in the gap',
    hours('sun 02:30-05:00'),
    'Europe/Madrid',
    '2026-03-29T00:59Z',
    'opens 2026-03-29T01:00Z',
  ],
  [
    'Madrid, end in the gap',
    hours('sun 01:00-02:30'),
    'Europe/Madrid',
    '2026-03-29T00:30Z',
    'open until 2026-03-29T01:00Z',
  ],
  ['Madrid, all in the gap', hours('sun 02:10-02:50'), 'Europe/Madrid', '2026-03-28T12:00Z', 'opens 2026-04-05T00:10Z'],
  ['Madrid, asked in winter', office, 'Europe/Madrid', '2026-03-27T16:30Z', 'opens 2026-03-30T07:00Z'],
  // Sydney, 4 October 2026: 02:00 becomes 03:00 at 16:00Z of the day before.
  [
    'Sydney, start in the gap',
    hours('sun 02:30-05:00'),
    'Australia/Sydney',
    '2026-10-03T12:00Z',
    'opens 2026-10-03T16:00Z',
  ],
  ['Sydney, afterwards', hours('sun 09:00-12:00'), 'Australia/Sydney', '2026-10-03T12:00Z', 'opens 2026-10-03T22:00Z'],
  // Lord Howe, 4 October 2026: 02:00 becomes 02:30 at 15:30Z of the day before.
  [
    'Lord Howe, start in the gap',
    hours('sun 02:15-05:00'),
    'Australia/Lord_Howe',
    '2026-10-03T12:00Z',
    'opens 2026-10-03T15:30Z',
  ],
  [
    'Lord Howe, just after it',
    hours('sun 02:45-05:00'),
    'Australia/Lord_Howe',
    '2026-10-03T12:00Z',
    'opens 2026-10-03T15:45Z',
  ],
  // Santiago, 6 September 2026: 00:00 becomes 01:00 at 04:00Z. Beirut, 29 March 2026: the same at 22:00Z of the 28th.
  [
    'Santiago has no 00:00',
    hours('sun 00:00-03:00'),
    'America/Santiago',
    '2026-09-06T03:59Z',
    'opens 2026-09-06T04:00Z',
  ],
  [
    'Santiago until 24:00',
    hours('sat 20:00-24:00'),
    'America/Santiago',
    '2026-09-06T03:59Z',
    'open until 2026-09-06T04:00Z',
  ],
  [
    'Santiago, cut where the date begins',
    hours('sat 20:00-05:00', { '2026-09-06': '' }),
    'America/Santiago',
    '2026-09-06T03:00Z',
    'open until 2026-09-06T04:00Z',
  ],
  ['Beirut has no 00:00', hours('sun 00:30-03:00'), 'Asia/Beirut', '2026-03-28T12:00Z', 'opens 2026-03-28T22:00Z'],
];

const clockGoesBack: Row[] = [
  // Madrid, 25 October 2026: 03:00 becomes 02:00 at 01:00Z, so 02:30 is at 00:30Z and at 01:30Z.
  [
    'Madrid opens at the first 02:30',
    hours('sun 02:30-05:00'),
    'Europe/Madrid',
    '2026-10-24T12:00Z',
    'opens 2026-10-25T00:30Z',
  ],
  ['Madrid stays open', hours('sun 02:30-05:00'), 'Europe/Madrid', '2026-10-25T01:00Z', 'open until 2026-10-25T04:00Z'],
  [
    'Madrid closes at the last 02:30',
    hours('sun 01:00-02:30'),
    'Europe/Madrid',
    '2026-10-25T00:30Z',
    'open until 2026-10-25T01:30Z',
  ],
  [
    'Madrid has 02:00 twice, too',
    hours('sun 01:00-02:00'),
    'Europe/Madrid',
    '2026-10-24T23:30Z',
    'open until 2026-10-25T01:00Z',
  ],
  [
    'Madrid has 03:00 once',
    hours('sun 01:00-03:00'),
    'Europe/Madrid',
    '2026-10-25T01:30Z',
    'open until 2026-10-25T02:00Z',
  ],
  [
    'Madrid, asked in summer',
    hours('', { '2026-10-25': '02:30-02:45' }),
    'Europe/Madrid',
    '2026-07-01T00:00Z',
    'opens 2026-10-25T00:30Z',
  ],
  [
    'Madrid, asked in winter',
    hours('', { '2026-10-25': '02:30-02:45' }),
    'Europe/Madrid',
    '2026-01-15T00:00Z',
    'opens 2026-10-25T00:30Z',
  ],
  // Sydney, 5 April 2026: 03:00 becomes 02:00 at 16:00Z of the day before.
  [
    'Sydney opens at the first 02:30',
    hours('sun 02:30-05:00'),
    'Australia/Sydney',
    '2026-04-04T12:00Z',
    'opens 2026-04-04T15:30Z',
  ],
  [
    'Sydney closes at the last 02:30',
    hours('sun 01:00-02:30'),
    'Australia/Sydney',
    '2026-04-04T15:30Z',
    'open until 2026-04-04T16:30Z',
  ],
  // Lord Howe, 5 April 2026: 02:00 becomes 01:30 at 15:00Z of the day before.
  [
    'Lord Howe opens at the first 01:45',
    hours('sun 01:45-05:00'),
    'Australia/Lord_Howe',
    '2026-04-04T12:00Z',
    'opens 2026-04-04T14:45Z',
  ],
  [
    'Lord Howe closes at the last 01:45',
    hours('sun 01:00-01:45'),
    'Australia/Lord_Howe',
    '2026-04-04T14:45Z',
    'open until 2026-04-04T15:15Z',
  ],
  // Santiago, 4 April 2026: 24:00 becomes 23:00 at 03:00Z of the next day.
  [
    'Santiago has 23:30 twice',
    hours('sat 20:00-23:30'),
    'America/Santiago',
    '2026-04-05T02:30Z',
    'open until 2026-04-05T03:30Z',
  ],
  [
    'Santiago until 24:00',
    hours('sat 20:00-24:00'),
    'America/Santiago',
    '2026-04-05T03:30Z',
    'open until 2026-04-05T04:00Z',
  ],
  // Havana, 1 November 2026: 01:00 becomes 00:00 at 05:00Z, so midnight is at 04:00Z and at 05:00Z.
  [
    'Havana opens at the first 00:00',
    hours('sun 00:00-03:00'),
    'America/Havana',
    '2026-11-01T03:59Z',
    'opens 2026-11-01T04:00Z',
  ],
  [
    'Havana until 24:00: the last one',
    hours('sat 20:00-24:00'),
    'America/Havana',
    '2026-11-01T04:00Z',
    'open until 2026-11-01T05:00Z',
  ],
  [
    'Havana, cut where the date begins',
    hours('sat 20:00-24:00', { '2026-11-01': '' }),
    'America/Havana',
    '2026-11-01T03:00Z',
    'open until 2026-11-01T04:00Z',
  ],
];

// Apia left out Friday 30 December 2011: Thursday ended at 10:00Z of the 30th, and Saturday began.
const missingDate: Row[] = [
  ['hours of that date', hours('fri 09:00-17:00'), 'Pacific/Apia', '2011-12-30T09:00Z', 'opens 2012-01-05T19:00Z'],
  [
    'from the day before',
    hours('thu 22:00-06:00'),
    'Pacific/Apia',
    '2011-12-30T09:00Z',
    'open until 2011-12-30T10:00Z',
  ],
  ['into the day after', hours('sat 00:00-06:00'), 'Pacific/Apia', '2011-12-30T09:00Z', 'opens 2011-12-30T10:00Z'],
  [
    'daily over it',
    hours('daily 00:00-24:00', { '2012-01-02': '' }),
    'Pacific/Apia',
    '2011-12-29T00:00Z',
    'open until 2012-01-01T10:00Z',
  ],
];

describe.each([
  ['ordinary hours', ordinary],
  ['hours across midnight', acrossMidnight],
  ['exceptions', withExceptions],
  ['366 days', atTheHorizon],
  ['the clock goes forward', clockGoesForward],
  ['the clock goes back', clockGoesBack],
  ['a date that a zone left out', missingDate],
])('%s', (_group, rows) => {
  test.each(rows)('%s', (_what, availability, zone, at, expected) => {
    expect(described(availabilityAt(availability, zone, Date.parse(at)))).toBe(expected);
  });
});

test('an unknown zone and an impossible instant are errors that say so', () => {
  expect(() => availabilityAt(office, 'Mars/Phobos', 0)).toThrow('Unknown time zone "Mars/Phobos"');
  expect(() => availabilityAt(office, 'UTC', Number.NaN)).toThrow('epoch milliseconds');
  expect(() => availabilityAt(office, 'UTC', 8.64e15)).toThrow('epoch milliseconds');
});

test.each(['Europe/Madrid', 'UTC', 'Etc/GMT+3', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'EST5EDT'])(
  'isTimeZone accepts %s',
  (zone) => expect(isTimeZone(zone)).toBe(true),
);

test.each(['', 'local', 'UTC+3', 'GMT-1', '+03:00', 'Mars/Phobos', 'europe/madrid', 'utc', 'junk', ' UTC', 'Europe/'])(
  'isTimeZone refuses %p',
  (zone) => expect(isTimeZone(zone)).toBe(false),
);

describe('any schedule around a change of the clock', () => {
  const minuteMs = 60_000;
  const minutesAround = 8 * 1_440;

  /** What the wall clock shows at each minute of 16 days around a change. */
  const places = [
    ['Europe/Madrid', '2026-03-29T01:00Z'],
    ['Europe/Madrid', '2026-10-25T01:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
    ['America/Santiago', '2026-04-05T03:00Z'],
    ['America/Santiago', '2026-09-06T04:00Z'],
    ['America/Havana', '2026-11-01T05:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'],
  ].map(([zone = '', change = '']) => {
    const startMs = Date.parse(change) - minutesAround * minuteMs;
    const iana = IANAZone.create(zone);
    const wall = Array.from({ length: 2 * minutesAround }, (_, minute) => {
      const instantMs = startMs + minute * minuteMs;
      return instantMs / minuteMs + iana.offset(instantMs);
    });
    // A counterexample is to show the place, not the walk.
    return { zone, startMs, wall, toJSON: () => `${zone} ${change}`, [fc.toStringMethod]: () => `${zone} ${change}` };
  });

  /** Open or not at each minute, found by walking the wall clock: no offset is computed with. */
  function walked(availability: Extract<Availability, { mode: 'hours' }>, wall: number[]): boolean[] {
    const open = wall.map(() => false);
    const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    const firstAtLeast = (time: number) => wall.findIndex((shown) => shown >= time);
    const lastAtMost = (time: number) => {
      const last = wall.findLastIndex((shown) => shown <= time);
      return wall[last] === time ? last : last + 1;
    };
    const exceptionOn = (day: number) =>
      availability.exceptions.find(({ date }) => Date.parse(date) === day * 86_400_000);
    const firstDay = Math.floor((wall[0] ?? 0) / 1_440);
    const lastDay = Math.floor((wall.at(-1) ?? 0) / 1_440);
    for (let day = firstDay; day <= lastDay; day++) {
      const weekday = weekdays[(day + 3) % 7];
      for (const { from, to } of exceptionOn(day)?.hours ??
        availability.weekly.filter((each) => each.day === weekday)) {
        const begin = firstAtLeast(day * 1_440 + minutes(from));
        const endDay = minutes(to) > minutes(from) ? day : day + 1;
        const end = lastAtMost(endDay * 1_440 + minutes(to));
        const cut = exceptionOn(day + 1) ? firstAtLeast((day + 1) * 1_440) : -1;
        if (begin >= 0) open.fill(true, begin, Math.max(begin, cut >= 0 ? Math.min(end, cut) : end));
      }
    }
    return open;
  }

  const time = fc
    .integer({ min: 0, max: 95 })
    .map(
      (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
    );
  const someHours = fc
    .record({ from: time, to: fc.oneof({ weight: 9, arbitrary: time }, fc.constant('24:00')) })
    .filter(({ from, to }) => from !== to);

  const cases = fc.constantFrom(...places).chain((place) => {
    const firstDay = Math.floor((place.wall[0] ?? 0) / 1_440);
    const date = fc
      .integer({ min: firstDay + 4, max: firstDay + 12 })
      .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
    return fc.record({
      place: fc.constant(place),
      weekly: fc.array(
        fc.tuple(fc.constantFrom(...weekdays), someHours).map(([day, range]) => ({ day, ...range })),
        { maxLength: 8 },
      ),
      exceptions: fc.uniqueArray(fc.record({ date, hours: fc.array(someHours, { maxLength: 2 }) }), {
        maxLength: 4,
        selector: (exception) => exception.date,
      }),
      // Far enough from both ends of the walk that nothing beyond them matters; most of all near the change.
      minutes: fc.array(fc.integer({ min: 4 * 1_440, max: 12 * 1_440 }), { minLength: 8, maxLength: 8 }),
    });
  });

  test('is open when a walk along the clock, minute by minute, says so', () => {
    fc.assert(
      fc.property(cases, ({ place, weekly, exceptions, minutes }) => {
        const availability = { mode: 'hours' as const, weekly, exceptions };
        const open = walked(availability, place.wall);
        // The last days of the walk are left out: hours of a date that it does not reach may be missing there.
        const end = open.length - 2 * 1_440;
        for (const minute of minutes) {
          const state = availabilityAt(availability, place.zone, place.startMs + minute * minuteMs);
          expect(state.open).toBe(open[minute]);
          const changesAtMs = state.open ? state.untilMs : state.opensAtMs;
          const next = open.findIndex((each, index) => index > minute && each !== open[minute]);
          if (next >= 0 && next < end) expect(changesAtMs).toBe(place.startMs + next * minuteMs);
          else expect(changesAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(place.startMs + end * minuteMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('agrees with itself where it changes', () => {
    fc.assert(
      fc.property(cases, ({ place, weekly, exceptions, minutes }) => {
        const at = (atMs: number) => availabilityAt({ mode: 'hours', weekly, exceptions }, place.zone, atMs);
        const nowMs = place.startMs + (minutes[0] ?? 0) * minuteMs;
        const state = at(nowMs);
        const changesAtMs = state.open ? state.untilMs : state.opensAtMs;
        if (changesAtMs === null) return;
        expect(changesAtMs).toBeGreaterThan(nowMs);
        expect(at(changesAtMs - 1)).toEqual(state);
        expect(at(changesAtMs).open).toBe(!state.open);
      }),
    );
  });
});
