import { DefaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/** What stands for a payload that could not be decoded. No schema accepts it, so it is set aside like any bad payload. */
export const undecodable = { undecodablePayload: true } as const;

/**
 * The SDK's own converter, except that it never throws when it reads: one payload that cannot be decoded would fail the
 * workflow task again and again, before any handler sees it, and wedge the session for good.
 */
class TolerantPayloadConverter implements PayloadConverter {
  private readonly converter = new DefaultPayloadConverter();

  toPayload<T>(value: T): Payload {
    return this.converter.toPayload(value);
  }

  fromPayload<T>(payload: Payload): T {
    try {
      return this.converter.fromPayload<T>(payload);
    } catch {
      return undecodable as T;
    }
  }
}

export const payloadConverter: PayloadConverter = new TolerantPayloadConverter();
