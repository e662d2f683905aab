import { randomUUID } from 'node:crypto';
import type { SessionAnswer } from '../api/schemas/sessions';
import { type DemoApi, DemoError } from './api-client';
import { until } from './until';

/** What the session says of the demo's one followup. */
export type Told = SessionAnswer['followups'][number] & { temporalUrl: string | null };

/** One conversation of the demo, with the calls that a gateway makes for it. */
export interface DemoConversation {
  id: string;
  says(from: 'user' | 'agent'): Promise<void>;
  /** Waits until the session says that the followup has one of these statuses. */
  told(...statuses: Told['status'][]): Promise<Told>;
  /** What the session says at this moment; null while there is none. */
  toldNow(): Promise<Told | null>;
  end(): Promise<void>;
}

/** How soon a session tells of a message that was accepted: some milliseconds, or more where workers are busy. */
const toldWithinMs = 15_000;

export function startConversation(api: DemoApi, channelId: string, signal: AbortSignal): DemoConversation {
  const id = `demo-${randomUUID().slice(0, 8)}`;
  const path = `/v1/channels/${channelId}/conversations/${id}`;

  async function toldNow(): Promise<Told | null> {
    const { followups, temporal } = await api.get<SessionAnswer>(`${path}/session`);
    const [followup] = followups;
    return followup === undefined ? null : { ...followup, temporalUrl: temporal.url };
  }

  return {
    id,
    toldNow,
    async says(from) {
      await api.post(`${path}/messages`, { id: randomUUID(), from, at: new Date().toISOString() });
    },
    async told(...statuses) {
      let last: Told | null = null;
      const seen = await until(
        async () => {
          // Right after the first message there may be no session to ask yet.
          last = await toldNow().catch((error: unknown) => {
            if (error instanceof DemoError) return null;
            throw error;
          });
          return last !== null && statuses.includes(last.status) ? last : null;
        },
        toldWithinMs,
        signal,
      );
      if (seen !== null) return seen;
      const says = (last as Told | null)?.explanation ?? 'nothing; is a worker running?';
      throw new DemoError(`The session was to say "${statuses.join('" or "')}" of the followup, but says: ${says}`);
    },
    end: async () => {
      await api.post(`${path}/end`, {});
    },
  };
}
