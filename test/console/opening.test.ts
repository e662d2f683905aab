import { dayName, openingHint } from '../../console/webchat/opening';

/** A Monday. Local time, as the page uses it. */
const now = new Date(2026, 10, 23, 18, 30);

test.each([
  ['Back at 21:05', new Date(2026, 10, 23, 21, 5)],
  ['Back tomorrow at 00:00', new Date(2026, 10, 24, 0, 0)],
  ['Back on Sunday at 09:00', new Date(2026, 10, 29, 9, 0)],
  ['Back on 30 November', new Date(2026, 10, 30, 9, 0)],
])('%s', (hint, opensAt) => {
  expect(openingHint(opensAt, now)).toBe(hint);
});

test.each([
  ['Today', new Date(2026, 10, 23, 0, 0)],
  ['Yesterday', new Date(2026, 10, 22, 23, 59)],
  ['21 November', new Date(2026, 10, 21, 12, 0)],
  ['31 December 2025', new Date(2025, 11, 31, 12, 0)],
])('%s', (name, at) => {
  expect(dayName(at, now)).toBe(name);
});
