import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from './traceparent';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('is read and written', () => {
    const sampled = { traceId, spanId, sampled: true };
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual(sampled);
    expect(parseTraceparent(`00-${traceId}-${spanId}-02`)).toEqual({ ...sampled, sampled: false });
    expect(parseTraceparent(formatTraceparent({ ...sampled, sampled: false }))).toEqual({ ...sampled, sampled: false });
    // A later version may say more.
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what`)).toEqual(sampled);
    const made = { traceId: newTraceId(), spanId: newSpanId(), sampled: true };
    expect(parseTraceparent(formatTraceparent(made))).toEqual(made);
  });

  it.each([
    [undefined],
    [['00-a']],
    [''],
    [`ff-${traceId}-${spanId}-01`],
    [`00-${'0'.repeat(32)}-${spanId}-01`],
    [`00-${traceId}-${'0'.repeat(16)}-01`],
    [`00-${traceId.toUpperCase()}-${spanId}-01`],
    [`00-${traceId}-${spanId}-01x`],
    [`00-${traceId}-${spanId}`],
  ])('is not %j', (value) => {
    expect(parseTraceparent(value)).toBeNull();
  });
});
