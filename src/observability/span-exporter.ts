import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../logger';
import { toOtlp } from './otlp';
import type { Attributes, FinishedSpan } from './tracer';

/** Spans that wait; what comes on top is dropped, since tracing must not cost what is traced. */
const mostWaiting = 4_096;
const mostInOneRequest = 512;
const everyMs = 2_000;
const answersWithinMs = 5_000;
const lastWordWithinMs = 2_000;
const complainsEveryMs = 60_000;

class RefusedError extends Error {}

export type SpanExporterOptions = {
  /** The base address of a collector, without a slash at the end; `/v1/traces` is added. */
  endpoint: string;
  /** Sent with every request; may hold a key. */
  headers: Record<string, string>;
  /** What this process says of itself. */
  resource: Attributes;
  registry: Registry;
  logger: Logger;
};

export type SpanExporter = {
  add(span: FinishedSpan): void;
  /** Sends what waits, within two seconds. */
  close(): Promise<void>;
};

/** Sends spans to a collector by OTLP over HTTP, in JSON, some at a time. What cannot be sent is dropped and counted. */
export function createSpanExporter({
  endpoint,
  headers,
  resource,
  registry,
  logger,
}: SpanExporterOptions): SpanExporter {
  const counted = new Counter({
    name: 'followups_trace_spans_total',
    help: 'Spans of traces by result: exported to the collector, or dropped.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of ['exported', 'dropped']) counted.inc({ result }, 0);
  const waiting: FinishedSpan[] = [];
  let sending: Promise<void> | null = null;
  let complainedAtMs = -Infinity;

  async function send(spans: FinishedSpan[]): Promise<void> {
    try {
      const response = await fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(toOtlp(spans, resource)),
        redirect: 'error',
        signal: AbortSignal.timeout(answersWithinMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new RefusedError(`it answered ${response.status}`);
      counted.inc({ result: 'exported' }, spans.length);
    } catch (error) {
      counted.inc({ result: 'dropped' }, spans.length);
      if (performance.now() - complainedAtMs < complainsEveryMs) return;
      complainedAtMs = performance.now();
      logger.warn({ why: reasonOf(error) }, 'the collector of traces does not take spans; they are dropped');
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) await send(waiting.splice(0, mostInOneRequest));
  }
  const flush = (): Promise<void> => {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  };

  const timer = setInterval(flush, everyMs);
  timer.unref();
  return {
    add(span) {
      if (waiting.length >= mostWaiting) counted.inc({ result: 'dropped' });
      else waiting.push(span);
    },
    async close() {
      clearInterval(timer);
      let late: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => {
        late = setTimeout(resolve, lastWordWithinMs);
      });
      await Promise.race([flush().then(flush), enough]);
      clearTimeout(late);
    },
  };
}

/** Messages of the network may hold addresses, and headers keys: the code says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  return String(cause?.code ?? name);
}
