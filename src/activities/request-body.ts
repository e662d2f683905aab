import type { ClaimGround } from '../db/queries/claims';
import { deliveryId } from '../ids';
import type { SendFollowupInput } from './ports';

const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/**
 * The body of the request to the gateway (semantics.md, "The gateway contract"). It is made at the first attempt of a
 * silence and frozen with it: every attempt sends the same bytes. In a later silence, which the followup reaches only when
 * all of them failed, it is made anew: when it was due and until when it is of use have changed.
 */
export function requestBody(
  ground: ClaimGround,
  input: SendFollowupInput,
  now: Date,
  surveyLink: (deliveryId: string, expiresAt: Date) => string,
): string {
  const { session, followup, channel } = ground;
  const id = deliveryId(session.id, followup.id);
  const linkExpiresAt = new Date(now.getTime() + channel.surveyLinkSeconds * 1_000);
  return JSON.stringify({
    type: 'followup.send',
    timestamp: now.toISOString(),
    data: {
      deliveryId: id,
      followupId: followup.id,
      sessionId: session.id,
      channelId: channel.id,
      conversationId: session.conversationId,
      agentId: channel.agentId,
      message: followup.message,
      survey: followup.surveyType === null ? null : { type: followup.surveyType, url: surveyLink(id, linkExpiresAt) },
      anchorAt: toIso(input.anchorMs),
      dueAt: toIso(input.dueMs),
      expiresAt: toIso(input.expiresAtMs),
      withinWindow: input.withinWindow,
      test: false,
    },
  });
}
