import { randomBytes } from 'node:crypto';

/** A place in a trace, as the W3C's Trace Context has it. */
export type SpanContext = {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** Whether the trace is recorded. */
  sampled: boolean;
};

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** Reads a `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header); null for what is none. */
export function parseTraceparent(value: unknown): SpanContext | null {
  const [, traceId, spanId, flags] = (typeof value === 'string' && form.exec(value)) || [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

export const newTraceId = (): string => randomBytes(16).toString('hex');
export const newSpanId = (): string => randomBytes(8).toString('hex');
