import { parseRetryAfterMs } from './retry-after';

const nowMs = Date.parse('2026-11-23T12:00:00.500Z');

test.each<[string | undefined, number | null]>([
  [undefined, null],
  ['', null],
  ['0', 0],
  ['1', 1_000],
  [' 120 ', 120_000],
  ['3600', 3_600_000],
  ['3601', 3_600_000],
  ['1000000000', 3_600_000],
  ['9'.repeat(400), 3_600_000],
  ['-5', 0],
  ['1e9', null],
  ['1.5', null],
  ['0x10', null],
  ['soon', null],
  ['2026-11-23T12:00:30Z', null],
  ['Mon, 23 Nov 2026 12:00:30 GMT', 29_500],
  ['Monday, 23-Nov-26 12:00:30 GMT', 29_500],
  ['Mon Nov 23 12:00:30 2026', 29_500],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Wed, 23 Nov 2033 12:00:00 GMT', 3_600_000],
  ['Mon, 31 Feb 2026 12:00:00 GMT', null],
])('Retry-After %p is %p', (header, expected) => expect(parseRetryAfterMs(header, nowMs)).toBe(expected));
