import * as z from 'zod';
import { id, instant } from './common';
import { attemptOutcome } from './deliveries';
import { receiptAnswer } from './receipts';
import { awaiting, endedBy, followupReason, followupStatus, outcome } from './sessions';

const kind = <K extends string>(name: K, description: string) => z.literal(name).meta({ description, example: name });
const at = (description: string) => instant(description);
const ofDelivery = { deliveryId: id('dlv', 'The delivery.'), followupId: id('flw', 'Its followup.') };

export const timelineItem = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: kind('opened', 'The session began.'), at: at('Its first message.') }),
    z.strictObject({
      kind: kind('message', 'Somebody wrote.'),
      at: at('When it was sent.'),
      from: z.enum(['agent', 'user', 'operator']).meta({ description: 'Who wrote.', example: 'agent' }),
      awaiting: awaiting.nullable().meta({ description: 'Of the agent: for whom it waits then.', example: 'user' }),
    }),
    z.strictObject({
      kind: kind('anchor', 'From here on the delays are counted: the agent wrote.'),
      at: at('When the agent wrote.'),
      insteadOf: at(
        'The agent message that they were counted from before; null: a silence began with this one.',
      ).nullable(),
    }),
    z.strictObject({
      kind: kind('decision', 'Something was decided about a followup.'),
      at: at('When it was decided.'),
      followupId: id('flw', 'The followup.'),
      status: followupStatus,
      reason: followupReason,
      detail: z.string().nullable().meta({ description: 'More on the reason.', example: null }),
      dueAt: at('The anchor plus the delay.'),
      sendAt: at('When it was to be sent.').nullable(),
    }),
    z.strictObject({
      kind: kind('attempt', 'A send was attempted.'),
      at: at('When it was begun.'),
      ...ofDelivery,
      attempt: z.int().meta({ description: 'Which one, from 1 on.', example: 1 }),
      outcome: attemptOutcome,
      httpStatus: z.int().nullable().meta({ description: "The gateway's answer.", example: 200 }),
      durationMs: z.int().nullable().meta({ description: 'How long it took.', example: 42 }),
    }),
    z.strictObject({ kind: kind('sent', 'A followup was sent.'), at: at('When it was sent.'), ...ofDelivery }),
    z.strictObject({
      kind: kind('receipt', 'The gateway learned more of it.'),
      at: at('When that happened.'),
      ...ofDelivery,
      status: receiptAnswer.shape.status,
    }),
    z.strictObject({
      kind: kind('response', 'The user wrote again: the response to it.'),
      at: at('When the user wrote.'),
      ...ofDelivery,
    }),
    z.strictObject({
      kind: kind('survey_answer', 'The user answered its survey; the newest answer.'),
      at: at('When it was answered.'),
      ...ofDelivery,
      score: z.int().meta({ description: 'The answer.', example: 5 }),
    }),
    z.strictObject({
      kind: kind('ended', 'The session ended.'),
      at: at('When it ended.'),
      endedBy: endedBy.nullable(),
      outcome: outcome.nullable(),
    }),
  ])
  .meta({ id: 'TimelineItem', description: 'One thing that happened in a session.' });

export type TimelineItem = z.output<typeof timelineItem>;

export const timelineAnswer = z
  .strictObject({
    items: z.array(timelineItem).meta({ description: 'What happened, the oldest first. No text of any message.' }),
    complete: z.boolean().meta({
      description:
        'false: messages are missing, since their history is gone (Temporal keeps it for its retention period) or too long.',
      example: true,
    }),
  })
  .meta({ id: 'Timeline' });

export type TimelineAnswer = z.output<typeof timelineAnswer>;
