import { useEffect, useState } from 'react';
import { clockTime, fullTime, remaining, utcTime } from '../words/times';

/** The time now, anew every second, or every so many milliseconds. */
export function useNow(everyMs = 1_000): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

/** A time in the agent's zone; in UTC under the pointer. */
export function Time({ at, timeZone, seconds = false }: { at: string; timeZone: string; seconds?: boolean }) {
  return (
    <time dateTime={at} title={`${fullTime(at, timeZone)} · ${utcTime(at)}`}>
      {clockTime(at, timeZone, { seconds })}
    </time>
  );
}

/** How long until a time, counting down: "in 4 min 12 s"; "now" when it has come. */
export function Countdown({ to }: { to: string }) {
  const nowMs = useNow();
  return (
    <time dateTime={to} role="timer" aria-live="off">
      {remaining(Date.parse(to) - nowMs)}
    </time>
  );
}
