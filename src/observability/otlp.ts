import type { Attributes, FinishedSpan } from './tracer';

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const statusError = 2;

/**
 * Spans as a collector takes them at `/v1/traces`: the JSON form of OTLP
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), in which ids are hexadecimal and 64-bit numbers
 * are strings.
 */
export function toOtlp(spans: FinishedSpan[], resource: Attributes): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: 'followups' }, spans: spans.map(toSpan) }],
      },
    ],
  };
}

const toSpan = (span: FinishedSpan): object => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: kinds[span.kind],
  startTimeUnixNano: nanoseconds(span.startMs),
  endTimeUnixNano: nanoseconds(Math.max(span.startMs, span.endMs)),
  attributes: keyValues(span.attributes),
  events: span.events.map(({ name, atMs }) => ({ name, timeUnixNano: nanoseconds(atMs) })),
  status: span.failed ? { code: statusError } : {},
});

/** A double holds epoch milliseconds to a thousandth, but not epoch nanoseconds. */
const nanoseconds = (atMs: number): string => `${Math.round(atMs * 1_000)}000`;

const keyValues = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));

function toValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
