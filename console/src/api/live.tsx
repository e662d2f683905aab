import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { api, type StreamEvent } from './client';

const live = createContext<{ connected: boolean; listen: (heard: (event: StreamEvent) => void) => () => void }>({
  connected: false,
  listen: () => () => {},
});

/** What each kind of event makes old. */
const stale = (event: StreamEvent): QueryKey[] => [
  ['sessions'],
  ...(event.sessionId ? [['session', event.sessionId]] : []),
  ...(event.type.startsWith('delivery.') ? [['deliveries'], ['stats']] : []),
];

/** What events keep fresh. */
const followed: QueryKey[] = [['sessions'], ['session'], ['deliveries'], ['stats']];

const onVisibility = (changed: () => void) => {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
};
const isVisible = () => document.visibilityState === 'visible';

/** Events come in bursts; what they concern is read again at most so often. */
const everyMs = 1_000;

/**
 * Follows what happens, and has what it concerns read anew. While the stream is down, `usePolling` asks by itself. A tab
 * in the background has no stream: over HTTP/1.1 a browser has six connections to a host, and the seventh tab would have
 * none left to ask by. What it missed is read when it is looked at again.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  const visible = useSyncExternalStore(onVisibility, isVisible);
  const isBehind = useRef(false);
  const listeners = useRef(new Set<(event: StreamEvent) => void>());

  useEffect(() => {
    if (!visible) return;
    const closing = new AbortController();
    const waiting = new Map<string, QueryKey>();
    const timer = setInterval(() => {
      for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
      waiting.clear();
    }, everyMs);
    const connection = (isThere: boolean) => {
      setConnected(isThere);
      if (!isThere || !isBehind.current) return;
      isBehind.current = false;
      for (const queryKey of followed) void client.invalidateQueries({ queryKey });
    };
    void follow(closing.signal, connection, (event) => {
      for (const key of stale(event)) waiting.set(JSON.stringify(key), key);
      for (const heard of listeners.current) heard(event);
    });
    return () => {
      clearInterval(timer);
      closing.abort();
      setConnected(false);
      isBehind.current = true;
    };
  }, [client, visible]);

  const [listen] = useState(() => (heard: (event: StreamEvent) => void) => {
    listeners.current.add(heard);
    return () => listeners.current.delete(heard);
  });
  return <live.Provider value={{ connected, listen }}>{children}</live.Provider>;
}

async function follow(
  signal: AbortSignal,
  setConnected: (connected: boolean) => void,
  heard: (event: StreamEvent) => void,
): Promise<void> {
  for (let lastEventId: string | undefined; !signal.aborted; ) {
    try {
      const params = lastEventId === undefined ? {} : { lastEventId };
      for await (const event of api.streamEvents(params, { signal, onConnection: setConnected })) {
        lastEventId = event.id;
        heard(event.data);
      }
    } catch {
      // The client has tried for a while: until it comes back, pages ask by themselves.
      setConnected(false);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
  }
}

/** How often a query that events keep fresh is to ask by itself: hardly while they come. For `refetchInterval`. */
export function usePolling(everyMs = 5_000): number {
  return useContext(live).connected ? 60_000 : everyMs;
}

/** Hears every event as it comes. */
export function useEvents(heard: (event: StreamEvent) => void): void {
  const { listen } = useContext(live);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}
