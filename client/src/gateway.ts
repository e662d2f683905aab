import type { FollowupSend } from './api-types';
import { SignatureError, verifyWebhook } from './webhooks';

/**
 * Where a gateway keeps what it has delivered, by webhook-id. Use a database, and write to it together with the delivery:
 * an attempt whose answer was lost comes again with the same id, also hours later.
 */
export type DeliveredStore = {
  /** The answer that was given to the delivery; undefined when it was not delivered yet. */
  find(webhookId: string): Promise<GatewayAnswer | undefined>;
  save(webhookId: string, answer: GatewayAnswer): Promise<void>;
};

/** What the gateway tells of a message that it has sent. */
export type GatewayAnswer = {
  /** The id that the channel gave the message. */
  messageId?: string;
};

/** To be thrown by `deliver`: this message can never be delivered, so it is not tried again. */
export class RefuseDelivery extends Error {
  override name = 'RefuseDelivery';

  /** @param code `conversation_gone` also ends the session */
  constructor(
    message: string,
    readonly code: string = 'refused',
  ) {
    super(message);
  }
}

export type GatewaySettings = {
  /** The signing secrets of the channels that this endpoint serves. */
  secrets: string | readonly string[];
  delivered: DeliveredStore;
  /** Sends the message to the user. What it throws lets the service try again, but for RefuseDelivery. */
  deliver(event: FollowupSend): Promise<GatewayAnswer>;
};

/** An answer for whatever HTTP server the gateway has; the body is JSON. */
export type GatewayResponse = { status: number; body: string };

/**
 * The endpoint of a channel, for any HTTP server: verifies the request, delivers each followup once, and answers attempts
 * that come again as the first one.
 *
 * @returns a function of the request's headers and its body as text
 */
export function createGatewayHandler({ secrets, delivered, deliver }: GatewaySettings) {
  // Two attempts at the same moment are one delivery.
  const underWay = new Map<string, Promise<GatewayAnswer>>();

  async function once(webhookId: string, event: FollowupSend): Promise<GatewayAnswer> {
    const earlier = await delivered.find(webhookId);
    if (earlier) return earlier;
    const answer = await deliver(event);
    await delivered.save(webhookId, answer);
    return answer;
  }

  return async (headers: Parameters<typeof verifyWebhook>[1], rawBody: string): Promise<GatewayResponse> => {
    try {
      const { webhookId, event } = verifyWebhook(secrets, headers, rawBody);
      const delivery = underWay.get(webhookId) ?? once(webhookId, event);
      underWay.set(webhookId, delivery);
      try {
        return respond(200, await delivery);
      } finally {
        underWay.delete(webhookId);
      }
    } catch (error) {
      if (error instanceof SignatureError) return respond(401, { code: 'invalid_signature' });
      if (error instanceof RefuseDelivery) return respond(422, { code: error.code });
      throw error;
    }
  };
}

/** Forgets everything when the program ends: for tests and first steps. */
export function rememberInMemory(): DeliveredStore {
  const answers = new Map<string, GatewayAnswer>();
  return {
    find: async (webhookId) => answers.get(webhookId),
    save: async (webhookId, answer) => {
      answers.set(webhookId, answer);
    },
  };
}

const respond = (status: number, body: object): GatewayResponse => ({ status, body: JSON.stringify(body) });
