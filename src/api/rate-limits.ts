/** How much each API key may ask of one process, per second; 0: no limit. */
export type RateLimitSettings = {
  /** Every call but those that report events. */
  requestsPerSecond: number;
  /** Messages and ends that gateways report. */
  eventsPerSecond: number;
};

/** Which of the two a call counts against. */
export type RateLimitPolicy = 'requests' | 'events';

export type RateLimitVerdict = {
  allowed: boolean;
  /** RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10); none where there is no limit. */
  headers: Record<string, string>;
  /** How long to wait when it is not allowed, whole seconds. */
  retryAfterSeconds: number;
};

export interface RateLimiter {
  /** Takes one from what the key has left. */
  take(keyId: string, policy: RateLimitPolicy): RateLimitVerdict;
  /**
   * Takes more for a call that was let through already and turned out to count for several. What the key has left may
   * fall below nothing: the calls after it wait longer.
   */
  charge(keyId: string, policy: RateLimitPolicy, count: number): void;
  /** Gives one back that was taken for a call that turned out not to count. */
  giveBack(keyId: string, policy: RateLimitPolicy): void;
}

/** What a key saves up while it is idle, so that a page of a console or a gateway's backlog gets through at once. */
const usualBurstSeconds = 10;
/** Beyond so many, buckets that are full, and so say nothing, are thrown away. */
const maxBuckets = 10_000;

type Bucket = { tokens: number; atMs: number };

/**
 * A token bucket per key, in the memory of this process: with several API processes a key has that much at each of them.
 *
 * @param nowMs a clock that is never set back
 * @param burstSeconds for how long is saved up
 */
export function createRateLimiter(
  { requestsPerSecond, eventsPerSecond }: RateLimitSettings,
  nowMs: () => number = () => performance.now(),
  burstSeconds = usualBurstSeconds,
): RateLimiter {
  const perSecond = { requests: requestsPerSecond, events: eventsPerSecond } as const;
  const buckets: Record<RateLimitPolicy, Map<string, Bucket>> = { requests: new Map(), events: new Map() };
  const capacityOf = (policy: RateLimitPolicy) => perSecond[policy] * burstSeconds;

  function tidy(policy: RateLimitPolicy): void {
    const known = buckets[policy];
    if (known.size < maxBuckets) return;
    const now = nowMs();
    for (const [keyId, { tokens, atMs }] of known) {
      if (tokens + ((now - atMs) / 1_000) * perSecond[policy] >= capacityOf(policy)) known.delete(keyId);
    }
  }

  function refilled(keyId: string, policy: RateLimitPolicy): Bucket {
    const now = nowMs();
    const capacity = capacityOf(policy);
    let bucket = buckets[policy].get(keyId);
    if (!bucket) {
      tidy(policy);
      bucket = { tokens: capacity, atMs: now };
      buckets[policy].set(keyId, bucket);
    }
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.atMs) / 1_000) * perSecond[policy]);
    bucket.atMs = now;
    return bucket;
  }

  return {
    take(keyId, policy) {
      const rate = perSecond[policy];
      if (rate <= 0) return { allowed: true, headers: {}, retryAfterSeconds: 0 };
      const bucket = refilled(keyId, policy);
      const allowed = bucket.tokens >= 1;
      if (allowed) bucket.tokens -= 1;
      const capacity = capacityOf(policy);
      const remaining = Math.max(0, Math.floor(bucket.tokens));
      return {
        allowed,
        headers: {
          'RateLimit-Policy': `"${policy}";q=${capacity};w=${burstSeconds}`,
          // t: until all of it is there again.
          RateLimit: `"${policy}";r=${remaining};t=${Math.ceil((capacity - bucket.tokens) / rate)}`,
        },
        retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - bucket.tokens) / rate)),
      };
    },
    charge(keyId, policy, count) {
      if (perSecond[policy] > 0 && count > 0) refilled(keyId, policy).tokens -= count;
    },
    giveBack(keyId, policy) {
      if (perSecond[policy] > 0) refilled(keyId, policy).tokens += 1;
    },
  };
}
