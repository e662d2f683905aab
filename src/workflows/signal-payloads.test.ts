import fc from 'fast-check';
import { endEventSchema, messageEventSchema } from '../api/schemas/message-events';
import { isEndEvent, isMessageEvent, isMessageEvents, isOptedOut, isPlanChanged } from './signal-payloads';

const at = '2026-11-02T09:00:00.000Z';

/** Times as they come, and as they should not. */
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc
    .tuple(
      ...[fc.nat(9_999), fc.nat(14), fc.nat(33), fc.nat(25), fc.nat(61), fc.nat(61)],
      fc.constantFrom('Z', '', 'z', '+00:00', '-23:59', '+24:00', '.5Z', '.123456789+05:30', ' Z'),
    )
    .map(([year, month, day, hour, minute, second, rest]) => {
      const two = (value: number) => String(value).padStart(2, '0');
      return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${rest}`;
    }),
  fc.constantFrom(
    '',
    'now',
    '2024-02-29T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '0000-02-29T00:00:00Z',
  ),
  fc.anything(),
);
const text = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom('x'.repeat(100), 'x'.repeat(101), 'x'.repeat(200), 'x'.repeat(201)),
  fc.anything(),
);
const some = <T>(...values: T[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, fc.anything());

const message = fc.record(
  {
    ...{ id: text, from: some('agent', 'user', 'operator'), at: time, deliveryId: text, receivedAt: time },
    awaiting: some('user', 'operator', 'nobody', undefined, null),
    more: fc.anything(),
  },
  { requiredKeys: [] },
);
const end = fc.record(
  { at: time, outcome: some('resolved', 'unresolved', null, undefined), more: fc.anything() },
  { requiredKeys: [] },
);

describe('the payload of a signal', () => {
  it('is a message exactly when the API would take it', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 8, arbitrary: message }, { weight: 1, arbitrary: fc.anything() }), (payload) => {
        expect(isMessageEvent(payload)).toBe(messageEventSchema.safeParse(payload).success);
      }),
      {
        numRuns: 5_000,
        examples: [[{ id: 'm', from: 'user', at }], [{ id: 'm', from: 'user', at, awaiting: undefined }], [[]]],
      },
    );
  });

  it('is an end exactly when the API would take it', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 8, arbitrary: end }, { weight: 1, arbitrary: fc.anything() }), (payload) => {
        expect(isEndEvent(payload)).toBe(endEventSchema.safeParse(payload).success);
      }),
      { numRuns: 5_000, examples: [[{ at }], [{ at, outcome: null }]] },
    );
  });

  it('is a time exactly when the API would take it', () => {
    fc.assert(
      fc.property(time, (value) => {
        const payload = { id: 'm', from: 'user', at: value };
        expect(isMessageEvent(payload)).toBe(messageEventSchema.safeParse(payload).success);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [isMessageEvents, [{ id: 'm', from: 'user', at }], true],
    [isMessageEvents, Array(500).fill({ id: 'm', from: 'user', at }), true],
    [isMessageEvents, Array(501).fill({ id: 'm', from: 'user', at }), false],
    [isMessageEvents, [], false],
    [isMessageEvents, [{ id: 'm', from: 'user', at }, {}], false],
    [isMessageEvents, { id: 'm', from: 'user', at }, false],
    [isOptedOut, { optedOut: false }, true],
    [isOptedOut, { optedOut: 'yes' }, false],
    [isOptedOut, { optedOut: true, why: '' }, false],
    [isOptedOut, null, false],
    [isPlanChanged, { revision: 3 }, true],
    [isPlanChanged, { revision: 0 }, false],
    [isPlanChanged, { revision: 1.5 }, false],
    [isPlanChanged, { revision: 2 ** 53 }, false],
    [isPlanChanged, {}, false],
  ])('%p of %j: %p', (is: (payload: unknown) => boolean, payload, expected) => {
    expect(is(payload)).toBe(expected);
  });
});
