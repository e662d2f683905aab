import { availabilityInWords, soon } from '../../console/src/pages/identity/availability-words';
import { asTime, isOvernight, minutesOf, nextHours, stretchesOf } from '../../console/src/pages/identity/clock';

test.each([
  ['9', '09:00'],
  ['930', '09:30'],
  ['09:30', '09:30'],
  ['9.30', '09:30'],
  ['17h45', '17:45'],
  ['5 pm', '17:00'],
  ['12am', '00:00'],
  ['12:15 pm', '12:15'],
  ['24', '24:00'],
  [' 2400 ', '24:00'],
])('"%s" is the time %s', (typed, time) => expect(asTime(typed)).toBe(time));

test.each(['', 'noon', '9:3', '12345'])('"%s" stays as it was typed', (typed) => expect(asTime(typed)).toBe(typed));

test('only times of a day have minutes', () => {
  expect(['00:00', '24:00', '24:01', '12:60', 'x'].map(minutesOf)).toEqual([0, 1_440, null, null, null]);
});

test('hours that end earlier than they begin end on the next day', () => {
  expect(isOvernight({ from: '22:00', to: '02:00' })).toBe(true);
  expect(isOvernight({ from: '22:00', to: '24:00' })).toBe(false);
  expect(isOvernight({ from: '22:00', to: '' })).toBe(false);
});

test('the next hours of a day begin after a break, and never lie outside it', () => {
  expect(nextHours([])).toEqual({ from: '09:00', to: '17:00' });
  expect(nextHours([{ from: '09:00', to: '13:00' }])).toEqual({ from: '14:00', to: '18:00' });
  expect(nextHours([{ from: '09:00', to: '23:45' }])).toEqual({ from: '23:00', to: '24:00' });
});

test('a day shows its own hours, and what runs over from the day before', () => {
  expect(stretchesOf([{ from: '18:00', to: '06:00' }], [{ from: '22:00', to: '03:00' }])).toEqual([
    { start: 0, end: 0.125, over: true },
    { start: 0.75, end: 1, over: false },
  ]);
  expect(stretchesOf([{ from: '9', to: 'never' }], [{ from: '22:00', to: '24:00' }])).toEqual([]);
});

const timeZone = 'Europe/Madrid';
/** A Friday, 12:00 in Madrid. */
const nowMs = Date.parse('2026-11-27T11:00:00Z');

test.each([
  ['2026-11-27T16:30:00Z', '17:30'],
  ['2026-11-27T23:00:00Z', 'midnight'],
  ['2026-11-28T08:00:00Z', 'tomorrow 09:00'],
  ['2026-11-30T08:00:00Z', 'Monday 09:00'],
  ['2026-12-14T08:00:00Z', 'Mon 14 Dec, 09:00'],
])('%s is %s', (at, words) => expect(soon(at, nowMs, timeZone)).toBe(words));

test('the availability is said in a line', () => {
  const at = new Date(nowMs).toISOString();
  const said = (state: { open: boolean; until?: string; opensAt?: string }) =>
    availabilityInWords({ at, until: null, opensAt: null, ...state }, nowMs, timeZone);
  expect(said({ open: true })).toBe('Available now, day and night');
  expect(said({ open: true, until: '2026-11-27T16:30:00Z' })).toBe('Available now, until 17:30');
  expect(said({ open: false, opensAt: '2026-11-30T08:00:00Z' })).toBe('Closed, opens Monday 09:00');
  expect(said({ open: false })).toBe('Closed, and does not open within a year');
});
