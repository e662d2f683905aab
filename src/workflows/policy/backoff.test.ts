import fc from 'fast-check';
import { retryDelayMs } from './backoff';

test('doubles from one second to five minutes', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 5_000].map((attempt) => retryDelayMs(attempt, 0.5, null));
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1_000));
});

test('is spread by 20 %', () => {
  expect([retryDelayMs(1, 0, null), retryDelayMs(1, 1, null)]).toEqual([800, 1_200]);
  expect([retryDelayMs(20, 0, null), retryDelayMs(20, 1, null)]).toEqual([240_000, 360_000]);
});

test('is never shorter than the gateway asked for, and spread then too', () => {
  expect(retryDelayMs(1, 0, 60_000)).toBe(60_000);
  expect(retryDelayMs(1, 1, 60_000)).toBe(60_200);
  expect(retryDelayMs(8, 0.5, 1_000)).toBe(128_000);
  expect(retryDelayMs(1, 0.5, 0)).toBe(1_000);
});

test('whatever comes in, whole milliseconds within bounds come out', () => {
  const jitter = fc.double({ min: 0, max: 1, noNaN: true });
  const retryAfter = fc.option(fc.integer({ min: 0, max: 3_600_000 }));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), jitter, retryAfter, (attempt, spread, retryAfterMs) => {
      const delayMs = retryDelayMs(attempt, spread, retryAfterMs);
      expect(Number.isSafeInteger(delayMs)).toBe(true);
      expect(delayMs).toBeGreaterThanOrEqual(Math.max(800, retryAfterMs ?? 0));
      expect(delayMs).toBeLessThanOrEqual(Math.max(360_000, (retryAfterMs ?? 0) + 60_000));
    }),
  );
});
