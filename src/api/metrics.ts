import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What the API counts. No label holds an id: their number would have no bound. */
export type ApiMetrics = {
  registry: Registry;
  /** Seconds per request, by method, route and status. */
  requests: Histogram<'method' | 'route' | 'status'>;
  /** Messages that were accepted (202), by sender. */
  messages: Counter<'from'>;
};

/** @param registry kept by somebody else, who then also sees to the process's own metrics */
export function createApiMetrics(registry?: Registry): ApiMetrics {
  const target = registry ?? new Registry();
  if (!registry) collectDefaultMetrics({ register: target });
  return {
    registry: target,
    requests: new Histogram({
      name: 'followups_http_request_duration_seconds',
      help: 'How long requests to the API took.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [target],
    }),
    messages: new Counter({
      name: 'followups_messages_accepted_total',
      help: 'Messages reported by REST that were accepted.',
      labelNames: ['from'],
      registers: [target],
    }),
  };
}
