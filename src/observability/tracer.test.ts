import { newSpanId, newTraceId } from './traceparent';
import { createTracer, type FinishedSpan, untraced } from './tracer';

function tracing(ratio = 1) {
  const spans: FinishedSpan[] = [];
  return { spans, tracer: createTracer({ ratio, export: (span) => spans.push(span) }) };
}
const root = { kind: 'server', parent: null } as const;

describe('a tracer', () => {
  it('makes spans below spans, also of what goes on at the same time', async () => {
    const { spans, tracer } = tracing();
    await tracer.root('call', root, async () => {
      const each = (name: string) => tracer.span(name, { kind: 'client' }, async () => tracer.current()?.spanId);
      expect(new Set(await Promise.all([each('a'), each('b')])).size).toBe(2);
    });
    const [a, b, call] = spans;
    expect(spans.map(({ name }) => name)).toEqual(['a', 'b', 'call']);
    expect(call?.parentSpanId).toBeNull();
    for (const below of [a, b]) expect(below).toMatchObject({ parentSpanId: call?.spanId, traceId: call?.traceId });
    expect(tracer.current()).toBeNull();
  });

  it('goes on with the trace of another process, and with what was decided there', async () => {
    const { spans, tracer } = tracing(0);
    const elsewhere = { traceId: newTraceId(), spanId: newSpanId(), sampled: true };
    await tracer.root('call', { ...root, parent: elsewhere }, async () => {});
    expect(spans).toMatchObject([{ traceId: elsewhere.traceId, parentSpanId: elsewhere.spanId }]);

    const always = tracing(1);
    await always.tracer.root('call', { ...root, parent: { ...elsewhere, sampled: false } }, async () => {
      await always.tracer.span('below', { kind: 'client' }, async () => {});
      expect(always.tracer.current()).toBeNull();
    });
    expect(always.spans).toEqual([]);
  });

  it('says what failed, and lets it fail', async () => {
    const { spans, tracer } = tracing();
    const failing = tracer.root('call', root, async (span) => {
      span.set({ a: 1 });
      span.rename('other');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(spans).toMatchObject([{ name: 'other', failed: true, attributes: { a: 1 } }]);
  });

  it('makes no span of what belongs to no trace', async () => {
    const { spans, tracer } = tracing();
    expect(await tracer.span('alone', { kind: 'client' }, async () => tracer.current())).toBeNull();
    expect(await untraced.root('call', root, async () => untraced.current())).toBeNull();
    expect(spans).toEqual([]);
  });

  it('records what is over', async () => {
    const { spans, tracer } = tracing();
    const parent = { traceId: newTraceId(), spanId: newSpanId(), sampled: true };
    const span = { name: 'waited', kind: 'internal', startMs: 1, endMs: 2, attributes: {}, events: [] } as const;
    const place = tracer.record({ ...span, events: [...span.events], parent });
    expect(spans).toMatchObject([
      { ...span, traceId: parent.traceId, spanId: place.spanId, parentSpanId: parent.spanId },
    ]);
    tracer.record({ ...span, events: [...span.events], parent: { ...parent, sampled: false } });
    expect(spans).toHaveLength(1);
  });
});
