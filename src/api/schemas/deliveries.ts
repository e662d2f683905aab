import * as z from 'zod';
import type { AttemptOutcome } from '../../db/schema';
import { id, instant, instantFilter, pageQuery } from './common';
import { conversationId } from './conversations';
import { surveyType } from './followups';
import { receiptAnswer } from './receipts';
import { decidedOn, followupReason, followupStatus, temporalLink } from './sessions';
import { surveyAnswer } from './surveys';

export const attemptOutcome = z
  .enum([
    'sent',
    'rejected',
    'conversation_gone',
    'endpoint_gone',
    'failed',
    'blocked',
    'unreachable',
    'lost',
    'withheld',
  ] as const satisfies readonly AttemptOutcome[])
  .nullable()
  .meta({ description: 'How it ended; null: not known yet.', example: 'sent' });

const attempt = z.strictObject({
  at: instant('When it was begun.'),
  askedAt: instant('When the session was asked whether it still wants this sent.').nullable(),
  outcome: attemptOutcome,
  httpStatus: z.int().nullable().meta({ description: "The gateway's answer.", example: 200 }),
  durationMs: z.int().nullable().meta({ description: 'How long it took.', example: 42 }),
});

export const deliveryAnswer = z
  .strictObject({
    id: id('dlv', 'The delivery: also the webhook-id of every attempt.'),
    followupId: id('flw', 'The followup.'),
    followupRevision: z.int().meta({ description: 'The revision of the followup that was sent.', example: 1 }),
    sessionId: id('ses', 'The session.'),
    channelId: id('ch', 'The channel.'),
    agentId: id('agt', 'The agent.'),
    conversationId,
    message: z.string().nullable().meta({
      description: 'The text, as it was at the first attempt; null before it.',
      example: 'Are you still there? I am happy to help.',
    }),
    status: followupStatus,
    reason: followupReason,
    detail: z.string().nullable().meta({ description: 'More on the reason.', example: null }),
    anchorAt: instant('The agent message that began the silence.'),
    dueAt: instant('The anchor plus the delay.'),
    sendAt: instant('When it was planned to be sent.'),
    sentAt: instant('When it was sent.').nullable(),
    expiresAt: instant('When it is of no use any more.').nullable(),
    decidedOn: decidedOn.nullable(),
    gatewayMessageId: z
      .string()
      .nullable()
      .meta({ description: "The gateway's id of the message.", example: 'wamid.4711' }),
    surveyType: surveyType.nullable(),
    attempts: z.array(attempt).meta({ description: 'Oldest first.' }),
    receipt: receiptAnswer.nullable().meta({ description: 'What the gateway learned later.', example: null }),
    response: z
      .strictObject({
        at: instant('When the user wrote again.'),
        afterSeconds: z.number().meta({ description: 'How long after it was sent.', example: 95.2 }),
      })
      .nullable()
      .meta({ description: 'The first user message after it.', example: null }),
    surveyAnswer: surveyAnswer.nullable().meta({ description: 'What the user answered to the survey, the newest.' }),
    temporal: temporalLink,
    createdAt: instant('When it was queued, or its send begun.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Delivery' });

export type DeliveryAnswer = z.output<typeof deliveryAnswer>;

export const deliveryListQuery = z.strictObject({
  ...pageQuery,
  agentId: id('agt', 'Deliveries of this agent only.').optional(),
  channelId: id('ch', 'Deliveries of this channel only.').optional(),
  conversationId: conversationId.optional(),
  followupId: id('flw', 'Deliveries of this followup only.').optional(),
  sessionId: id('ses', 'Deliveries of this session only.').optional(),
  status: followupStatus.optional(),
  reason: followupReason.optional(),
  gatewayMessageId: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "By the gateway's id of the message.", example: 'wamid.4711' }),
  from: instantFilter('Queued, or its send begun, at this time or later.').optional(),
  to: instantFilter('Queued, or its send begun, before this time.').optional(),
});
