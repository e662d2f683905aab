import { Counter, Histogram, type Registry } from 'prom-client';
import type { SendResult, WebhookSender } from '../gateway/send-webhook';
import type { Tracer } from './tracer';

/**
 * Counts and times the requests to gateways, and makes a span of each. Neither says where they went: an address may hold
 * a secret of its owner.
 */
export function observeWebhooks(
  webhooks: WebhookSender,
  { registry, tracer }: { registry: Registry; tracer: Tracer },
): WebhookSender {
  const requests = new Counter({
    name: 'followups_gateway_requests_total',
    help: 'Requests to gateways by result: 2xx to 5xx, or blocked, unreachable, withheld, lost.',
    labelNames: ['result'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'followups_gateway_request_duration_seconds',
    help: 'How long requests to gateways took, connecting included, waiting for the fence not.',
    labelNames: ['result'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    send: (request) =>
      tracer.span('POST gateway', { kind: 'client', attributes: { 'http.request.method': 'POST' } }, async (span) => {
        const result = await webhooks.send(request);
        const label = resultOf(result);
        requests.inc({ result: label });
        if ('durationMs' in result) durations.observe({ result: label }, result.durationMs / 1_000);
        span.set({
          'followups.gateway.result': result.kind,
          ...(result.kind === 'answered' ? { 'http.response.status_code': result.status } : {}),
        });
        if (label !== '2xx' && label !== 'withheld') span.fail();
        return result;
      }),
  };
}

const resultOf = (result: SendResult): string =>
  result.kind === 'answered' ? `${Math.floor(result.status / 100)}xx` : result.kind;
