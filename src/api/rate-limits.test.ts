import { createRateLimiter } from './rate-limits';

const limiterAt = (settings: { requestsPerSecond: number; eventsPerSecond: number }) => {
  const clock = { ms: 1_000 };
  return { clock, limiter: createRateLimiter(settings, () => clock.ms) };
};

test('ten seconds are saved up, then calls come back evenly', () => {
  const { clock, limiter } = limiterAt({ requestsPerSecond: 2, eventsPerSecond: 0 });
  expect(limiter.take('a', 'requests')).toEqual({
    allowed: true,
    headers: { 'RateLimit-Policy': '"requests";q=20;w=10', RateLimit: '"requests";r=19;t=1' },
    retryAfterSeconds: 0,
  });
  for (let count = 1; count < 20; count++) expect(limiter.take('a', 'requests').allowed).toBe(true);
  const refused = limiter.take('a', 'requests');
  expect(refused).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
  expect(refused.headers.RateLimit).toBe('"requests";r=0;t=10');
  clock.ms += 499;
  expect(limiter.take('a', 'requests').allowed).toBe(false);
  clock.ms += 1;
  expect(limiter.take('a', 'requests').allowed).toBe(true);
  expect(limiter.take('a', 'requests').allowed).toBe(false);
  clock.ms += 3_600_000;
  expect(limiter.take('a', 'requests').headers.RateLimit).toBe('"requests";r=19;t=1');
});

test('what is given back is there again, and no more than can be saved up', () => {
  const limiter = createRateLimiter({ requestsPerSecond: 0.5, eventsPerSecond: 0 }, () => 1_000, 4);
  const left = () => limiter.take('a', 'requests').headers.RateLimit;
  expect([left(), left()]).toEqual(['"requests";r=1;t=2', '"requests";r=0;t=4']);
  expect(limiter.take('a', 'requests').allowed).toBe(false);
  limiter.giveBack('a', 'requests');
  expect(limiter.take('a', 'requests').allowed).toBe(true);
  for (let count = 0; count < 5; count++) limiter.giveBack('a', 'requests');
  expect(left()).toBe('"requests";r=1;t=2');
});

test('each key and each kind of call has its own', () => {
  const { limiter } = limiterAt({ requestsPerSecond: 1, eventsPerSecond: 1 });
  for (let count = 0; count < 10; count++) limiter.take('a', 'requests');
  expect(limiter.take('a', 'requests').allowed).toBe(false);
  expect(limiter.take('b', 'requests').allowed).toBe(true);
  expect(limiter.take('a', 'events').allowed).toBe(true);
});

test('what counts for several is let through, and paid for by those after it', () => {
  const { clock, limiter } = limiterAt({ requestsPerSecond: 0, eventsPerSecond: 10 });
  expect(limiter.take('a', 'events').allowed).toBe(true);
  limiter.charge('a', 'events', 499);
  expect(limiter.take('a', 'events')).toMatchObject({ allowed: false, retryAfterSeconds: 41 });
  clock.ms += 40_100;
  expect(limiter.take('a', 'events').allowed).toBe(true);
});

test('0 is no limit, and says nothing', () => {
  const { limiter } = limiterAt({ requestsPerSecond: 0, eventsPerSecond: 0 });
  for (let count = 0; count < 1_000; count++) expect(limiter.take('a', 'requests').allowed).toBe(true);
  expect(limiter.take('a', 'requests').headers).toEqual({});
});

test('keys that were not used for long are forgotten', () => {
  const { clock, limiter } = limiterAt({ requestsPerSecond: 1, eventsPerSecond: 1 });
  for (let count = 0; count < 10; count++) limiter.take('busy', 'requests');
  for (let count = 0; count < 9_999; count++) limiter.take(`key ${count}`, 'requests');
  clock.ms += 1_000;
  limiter.take('another', 'requests');
  // One of ten came back in that second, and no more.
  expect(limiter.take('busy', 'requests').allowed).toBe(true);
  expect(limiter.take('busy', 'requests').allowed).toBe(false);
});
