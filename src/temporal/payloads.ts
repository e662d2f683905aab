import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/** A value as a client sends it: what raw calls have to do themselves. */
export async function toPayload(client: Client, value: unknown): Promise<Payload> {
  let payloads = [defaultPayloadConverter.toPayload(value)];
  for (const codec of client.options.loadedDataConverter.payloadCodecs) payloads = await codec.encode(payloads);
  return only(payloads);
}

/** A payload of a history with what a codec did to it undone. It is no value yet. */
export async function decodePayload(client: Client, payload: Payload): Promise<Payload> {
  let payloads = [payload];
  for (const codec of [...client.options.loadedDataConverter.payloadCodecs].reverse()) {
    payloads = await codec.decode(payloads);
  }
  return only(payloads);
}

function only([payload]: Payload[]): Payload {
  if (payload === undefined) throw new Error('A codec gave nothing for a payload.');
  return payload;
}
