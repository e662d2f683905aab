import { AsyncLocalStorage } from 'node:async_hooks';
import { newSpanId, newTraceId, type SpanContext } from './traceparent';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
/** Ids of ours, numbers, words of closed lists: never a text, a conversation's id, an address or a secret. */
export type Attributes = Record<string, string | number | boolean>;

/** A span that is over. Times are epoch milliseconds, fractions allowed. */
export type FinishedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  startMs: number;
  endMs: number;
  attributes: Attributes;
  events: { name: string; atMs: number }[];
  failed: boolean;
};

/** A span that goes on. */
export interface Span {
  rename(name: string): void;
  set(attributes: Attributes): void;
  fail(): void;
}

export type SpanOptions = { kind: SpanKind; attributes?: Attributes };

/** Makes spans. What is not traced costs nothing but the call. */
export interface Tracer {
  /** Runs `work` in a span that begins a trace, or goes on with that of another process. */
  root<T>(
    name: string,
    options: SpanOptions & { parent: SpanContext | null },
    work: (span: Span) => Promise<T>,
  ): Promise<T>;
  /** Runs `work` in a span below the present one; where there is none, without. What throws has failed. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Adds a span that is over. @returns its place, for spans below it */
  record(
    span: Omit<FinishedSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'failed'> & { parent: SpanContext },
  ): SpanContext;
  /** The place to hand to whoever goes on; null: not traced. */
  current(): SpanContext | null;
}

const silent: Span = { rename() {}, set() {}, fail() {} };

/** Where nothing is traced. */
export const untraced: Tracer = {
  root: (_name, _options, work) => work(silent),
  span: (_name, _options, work) => work(silent),
  record: ({ parent }) => parent,
  current: () => null,
};

export type TracerOptions = {
  /** How many of the traces that begin here are recorded, 0 … 1. Others decided for those that go on here. */
  ratio: number;
  /** Takes what is over; must not throw. */
  export: (span: FinishedSpan) => void;
};

export function createTracer({ ratio, export: give }: TracerOptions): Tracer {
  const storage = new AsyncLocalStorage<SpanContext>();

  async function run<T>(
    name: string,
    { kind, attributes }: SpanOptions,
    context: SpanContext,
    parentSpanId: string | null,
    work: (span: Span) => Promise<T>,
  ): Promise<T> {
    if (!context.sampled) return storage.run(context, work, silent);
    const startMs = Date.now();
    const begunMs = performance.now();
    const { traceId, spanId } = context;
    const told = { name, attributes: { ...attributes }, failed: false };
    const span: Span = {
      rename: (to) => {
        told.name = to;
      },
      set: (more) => Object.assign(told.attributes, more),
      fail: () => {
        told.failed = true;
      },
    };
    try {
      return await storage.run(context, work, span);
    } catch (error) {
      span.fail();
      throw error;
    } finally {
      const endMs = startMs + performance.now() - begunMs;
      give({ ...told, traceId, spanId, parentSpanId, kind, startMs, endMs, events: [] });
    }
  }

  return {
    root: (name, { parent, ...options }, work) => {
      const { traceId, sampled } = parent ?? { traceId: newTraceId(), sampled: Math.random() < ratio };
      return run(name, options, { traceId, spanId: newSpanId(), sampled }, parent?.spanId ?? null, work);
    },
    span: (name, options, work) => {
      const parent = storage.getStore();
      if (parent === undefined) return work(silent);
      return run(name, options, { ...parent, spanId: newSpanId() }, parent.spanId, work);
    },
    record: ({ parent, ...span }) => {
      const context = { ...parent, spanId: newSpanId() };
      const { traceId, spanId } = context;
      if (parent.sampled) give({ ...span, traceId, spanId, parentSpanId: parent.spanId, failed: false });
      return context;
    },
    current: () => {
      const context = storage.getStore();
      return context?.sampled ? context : null;
    },
  };
}
