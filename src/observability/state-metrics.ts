import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/client';
import { failuresBeforeProbing } from '../db/queries/endpoint-health';
import { readServiceState, type ServiceState } from '../db/queries/service-state';
import { withDeadline } from '../deadline';

/** However often the metrics are asked for, the database is asked no more often than this. */
const askedEveryMs = 15_000;
const answersWithinMs = 3_000;

const gauges: Record<keyof ServiceState, { name: string; help: string }> = {
  openSessions: { name: 'followups_sessions_open', help: 'Sessions that are open.' },
  queuedDeliveries: {
    name: 'followups_deliveries_queued',
    help: 'Deliveries that wait for hours, a turn or a channel.',
  },
  sendingDeliveries: { name: 'followups_deliveries_sending', help: 'Deliveries that are being sent or tried again.' },
  overdueDeliveries: {
    name: 'followups_deliveries_overdue',
    help: 'Deliveries that should have been sent five minutes ago or longer, on channels that are not paused.',
  },
  oldestOverdueSeconds: {
    name: 'followups_deliveries_oldest_overdue_seconds',
    help: 'How long ago the oldest overdue delivery should have been sent; 0: none is overdue.',
  },
  unfinishedAttempts: {
    name: 'followups_attempts_unfinished',
    help: 'Attempts that began a minute ago or longer, without a result and without another attempt after them.',
  },
  channelsBehind: {
    name: 'followups_channels_behind',
    help: 'Channels with a changed plan that not every open session was told of yet.',
  },
  rolloutLagSeconds: {
    name: 'followups_rollout_lag_seconds',
    help: 'How long ago the oldest plan changed that was not rolled out yet; 0: all are.',
  },
  pausedChannels: {
    name: 'followups_channels_paused',
    help: 'Channels that were paused since their endpoint is gone.',
  },
  failingChannels: {
    name: 'followups_channels_failing',
    help: 'Channels whose endpoint fails so often in a row that it is only probed.',
  },
};

/**
 * Adds what the database knows of the state of the service. All processes tell the same: take the maximum. While the
 * database does not answer there are no such numbers, rather than old ones.
 */
export function tellState(registry: Registry, { db }: Pick<Database, 'db'>): void {
  let asked: { atMs: number; state: Promise<ServiceState | null> } | null = null;
  const read = (): Promise<ServiceState | null> => {
    const nowMs = performance.now();
    if (asked === null || nowMs - asked.atMs >= askedEveryMs) {
      const reading = withDeadline('The database', answersWithinMs, readServiceState(db, failuresBeforeProbing));
      asked = { atMs: nowMs, state: reading.catch(() => null) };
    }
    return asked.state;
  };

  new Gauge({
    name: 'followups_state_up',
    help: 'Whether the database said how the service is doing: 1, or 0.',
    registers: [registry],
    async collect() {
      this.set((await read()) === null ? 0 : 1);
    },
  });
  for (const key of Object.keys(gauges) as (keyof ServiceState)[]) {
    new Gauge({
      ...gauges[key],
      registers: [registry],
      async collect() {
        const state = await read();
        if (state === null) this.remove();
        else this.set(state[key]);
      },
    });
  }
}
