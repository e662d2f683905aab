import { toOtlp } from './otlp';
import type { FinishedSpan } from './tracer';

it('writes spans as collectors read them', () => {
  const span: FinishedSpan = {
    ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', parentSpanId: null },
    ...{ name: 'POST gateway', kind: 'client', startMs: 1_795_412_345_678.25, endMs: 1_795_412_345_678, failed: true },
    attributes: { word: 'a', whole: 3, part: 0.5, yes: true },
    events: [{ name: 'due', atMs: 1_795_412_345_000 }],
  };
  expect(toOtlp([span, { ...span, parentSpanId: 'aaaaaaaaaaaaaaaa', failed: false }], { 'service.name': 'x' })).toEqual(
    {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'x' } }] },
          scopeSpans: [
            {
              scope: { name: 'followups' },
              spans: [
                {
                  ...{ traceId: span.traceId, spanId: span.spanId, name: 'POST gateway', kind: 3 },
                  startTimeUnixNano: '1795412345678250000',
                  // Never before its beginning, whatever the clock did.
                  endTimeUnixNano: '1795412345678250000',
                  attributes: [
                    { key: 'word', value: { stringValue: 'a' } },
                    { key: 'whole', value: { intValue: '3' } },
                    { key: 'part', value: { doubleValue: 0.5 } },
                    { key: 'yes', value: { boolValue: true } },
                  ],
                  events: [{ name: 'due', timeUnixNano: '1795412345000000000' }],
                  status: { code: 2 },
                },
                expect.objectContaining({ parentSpanId: 'aaaaaaaaaaaaaaaa', status: {} }),
              ],
            },
          ],
        },
      ],
    },
  );
});
