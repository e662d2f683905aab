import { defaultPayloadConverter, type Headers, type Payload } from '@temporalio/common';
import { traceHeaderName } from '../workflows/trace-interceptors';
import { formatTraceparent, parseTraceparent, type SpanContext } from './traceparent';
import type { Tracer } from './tracer';

/** The header of a signal that says to which trace it belongs; nothing at all where it is not traced. */
export function traceHeader(tracer: Tracer): { header?: { fields: Record<string, Payload> } } {
  const context = tracer.current();
  if (context === null) return {};
  return { header: { fields: { [traceHeaderName]: defaultPayloadConverter.toPayload(formatTraceparent(context)) } } };
}

/** Reads it again; null for what is none, since anybody may signal anything. */
export function readTraceHeader(headers: Headers): SpanContext | null {
  const payload = headers[traceHeaderName];
  if (!payload) return null;
  try {
    return parseTraceparent(defaultPayloadConverter.fromPayload(payload));
  } catch {
    return null;
  }
}
