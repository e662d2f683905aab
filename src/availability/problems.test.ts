import type { Availability } from './hours';
import { availabilityProblems } from './problems';

type Weekly = Extract<Availability, { mode: 'hours' }>['weekly'];
type Exceptions = Extract<Availability, { mode: 'hours' }>['exceptions'];

function problems(weekly: Weekly, exceptions: Exceptions = []) {
  return availabilityProblems({ mode: 'hours', weekly, exceptions });
}

const monday = (from: string, to: string) => ({ day: 'monday' as const, from, to });
const tuesday = (from: string, to: string) => ({ day: 'tuesday' as const, from, to });

test.each<[string, Weekly, Exceptions]>([
  ['nothing', [], []],
  ['hours that adjoin', [monday('13:00', '17:30'), monday('09:00', '13:00')], []],
  ['a whole day', [monday('00:00', '24:00')], []],
  ['overnight beside the next morning, which may overlap', [monday('22:00', '06:00'), tuesday('05:00', '12:00')], []],
  ['overnight and a morning of the same day', [monday('05:00', '12:00'), monday('22:00', '06:00')], []],
  ['until midnight as 00:00', [monday('18:00', '00:00')], []],
  ['a leap day', [], [{ date: '2028-02-29', hours: [{ from: '09:00', to: '12:00' }] }]],
  ['a closed date', [], [{ date: '2026-12-25', hours: [] }]],
])('no problem: %s', (_what, weekly, exceptions) => {
  expect(problems(weekly, exceptions)).toEqual([]);
});

test('always has no problems', () => expect(availabilityProblems({ mode: 'always' })).toEqual([]));

test.each<[string, Weekly, Exceptions, path: (string | number)[], code: string, example: string]>([
  ['hour 25', [monday('25:00', '26:00')], [], ['weekly', 0, 'from'], 'invalid_time', '"09:00"'],
  ['minute 60', [monday('09:00', '17:60')], [], ['weekly', 0, 'to'], 'invalid_time', '"17:30"'],
  ['one digit', [monday('9:00', '17:00')], [], ['weekly', 0, 'from'], 'invalid_time', '"09:00"'],
  ['seconds', [monday('09:00:00', '17:00')], [], ['weekly', 0, 'from'], 'invalid_time', '"09:00"'],
  ['24:00 as a start', [monday('24:00', '06:00')], [], ['weekly', 0, 'from'], 'invalid_time', '"09:00"'],
  ['after 24:00', [monday('09:00', '24:01')], [], ['weekly', 0, 'to'], 'invalid_time', '"17:30"'],
  ['no length', [tuesday('08:00', '09:00'), monday('09:00', '09:00')], [], ['weekly', 1], 'empty_hours', '"24:00"'],
  ['overlap', [monday('12:00', '17:00'), monday('09:00', '12:01')], [], ['weekly', 0], 'overlapping_hours', '13:00'],
  [
    'twice the same',
    [monday('09:00', '12:00'), monday('09:00', '12:00')],
    [],
    ['weekly', 1],
    'overlapping_hours',
    '13:00',
  ],
  [
    'two overnight',
    [monday('20:00', '02:00'), monday('22:00', '06:00')],
    [],
    ['weekly', 1],
    'overlapping_hours',
    '13:00',
  ],
  [
    'within overnight',
    [monday('20:00', '02:00'), monday('22:00', '23:00')],
    [],
    ['weekly', 1],
    'overlapping_hours',
    '13:00',
  ],
  [
    'within the longest, not the last',
    [monday('08:00', '20:00'), monday('09:00', '10:00'), monday('18:00', '21:00')],
    [],
    ['weekly', 2],
    'overlapping_hours',
    '13:00',
  ],
  ['30 February', [], [{ date: '2026-02-30', hours: [] }], ['exceptions', 0, 'date'], 'invalid_date', '"2026-12-25"'],
  ['29 February', [], [{ date: '2027-02-29', hours: [] }], ['exceptions', 0, 'date'], 'invalid_date', '"2026-12-25"'],
  [
    'a time as date',
    [],
    [{ date: '2026-12-25T00:00Z', hours: [] }],
    ['exceptions', 0, 'date'],
    'invalid_date',
    '"2026-12-25"',
  ],
  [
    'the same date twice',
    [],
    [
      { date: '2026-12-25', hours: [] },
      { date: '2026-12-25', hours: [] },
    ],
    ['exceptions', 1, 'date'],
    'duplicate_date',
    '"2026-12-25"',
  ],
  [
    'a time of an exception',
    [],
    [{ date: '2026-12-25', hours: [{ from: '09:00', to: '25:00' }] }],
    ['exceptions', 0, 'hours', 0, 'to'],
    'invalid_time',
    '"17:30"',
  ],
  [
    'an overlap in an exception',
    [],
    [
      {
        date: '2026-12-25',
        hours: [
          { from: '09:00', to: '12:00' },
          { from: '11:00', to: '13:00' },
        ],
      },
    ],
    ['exceptions', 0, 'hours', 1],
    'overlapping_hours',
    '2026-12-25',
  ],
])('%s', (_what, weekly, exceptions, path, code, example) => {
  const found = problems(weekly, exceptions);
  const hit = found.find((problem) => JSON.stringify(problem.path) === JSON.stringify(path));
  expect(hit).toMatchObject({ code, message: expect.stringContaining(example) });
  expect(new Set(found.map((problem) => problem.code))).toEqual(new Set([code]));
});
