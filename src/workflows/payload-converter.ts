import {
  DefaultPayloadConverter,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';

/** What stands for a payload that could not be decoded. No schema accepts it, so it is set aside like any bad payload. */
export const undecodable = { undecodablePayload: true } as const;

/**
 * The SDK's own converter, except that it does not throw when it reads what anybody may send: one such payload that
 * cannot be decoded would fail the workflow task again and again, before any handler sees it, and wedge the session for
 * good. What an activity answered is another matter: it lacks nothing but a key that this worker was not given, and going
 * on without it would lose what it says. The task fails, and is done again by a worker that has the key.
 */
class TolerantPayloadConverter implements PayloadConverter {
  private readonly converter = new DefaultPayloadConverter();

  toPayload<T>(value: T): Payload {
    return this.converter.toPayload(value);
  }

  fromPayload<T>(payload: Payload, context?: SerializationContext): T {
    try {
      return this.converter.fromPayload<T>(payload);
    } catch (error) {
      if (context?.type === 'activity') throw error;
      return undecodable as T;
    }
  }
}

export const payloadConverter: PayloadConverter = new TolerantPayloadConverter();

/**
 * What a run was started with by the one before it, or by the service.
 *
 * @throws Error, which fails the workflow task until a worker with the right key does it, when it could not be decoded
 */
export function requireDecoded<T>(input: T): T {
  if (typeof input === 'object' && input !== null && Object.keys(undecodable).some((key) => key in input)) {
    throw new Error(
      'What this run was started with cannot be decoded: give this worker the PAYLOAD_KEYS of the others.',
    );
  }
  return input;
}
