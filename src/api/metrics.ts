import { Counter, Histogram } from 'prom-client';
import { createExposition, type Exposition } from '../observability/exposition';

/** What the API counts. No label holds an id: their number would have no bound. */
export type ApiMetrics = {
  exposition: Exposition;
  /** Seconds per request, by method, route and status. */
  requests: Histogram<'method' | 'route' | 'status'>;
  /** Messages that were accepted (202), by sender. */
  messages: Counter<'from'>;
};

/** @param exposition that of the process; one of its own when left out */
export function createApiMetrics(exposition: Exposition = createExposition()): ApiMetrics {
  const registers = [exposition.registry];
  return {
    exposition,
    requests: new Histogram({
      name: 'followups_http_request_duration_seconds',
      help: 'How long requests to the API took.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    messages: new Counter({
      name: 'followups_messages_accepted_total',
      help: 'Messages reported by REST that were accepted.',
      labelNames: ['from'],
      registers,
    }),
  };
}
