import * as z from 'zod';
import { exampleIds, instant } from './common';
import { surveyType } from './followups';

const idOf = (example: string, description: string) => z.string().meta({ description, example });

/**
 * What is sent to a channel's endpoint: described here for gateways, made in src/activities/request-body.ts. Open objects,
 * since more fields may be added, and a gateway must not refuse what it does not know.
 */
export const followupSend = z
  .object({
    type: z.literal('followup.send').meta({ description: 'What is asked for.', example: 'followup.send' }),
    timestamp: instant('When the request was made.'),
    data: z
      .object({
        deliveryId: idOf(exampleIds.dlv, 'The delivery; also the header `webhook-id`, the same in every attempt.'),
        followupId: idOf(exampleIds.flw, 'The followup.'),
        sessionId: idOf(exampleIds.ses, 'The session.'),
        channelId: idOf(exampleIds.ch, 'The channel.'),
        conversationId: z
          .string()
          .meta({ description: 'The conversation, as the gateway names it.', example: 'visitor-4711' }),
        agentId: idOf(exampleIds.agt, 'The agent who speaks.'),
        message: z.string().meta({ description: 'What the user is to read.', example: 'Are you still there?' }),
        survey: z
          .object({
            type: surveyType,
            url: z.string().nullable().meta({
              description: 'Where the user answers; null: the gateway asks, and reports the answer.',
              example: 'https://followups.example.com/s/Xq3vT1mQ0wZ8sYb5cN2dKf7g',
            }),
          })
          .nullable()
          .meta({ description: 'The survey that goes with the message.' }),
        anchorAt: instant('The agent message that began the silence.'),
        dueAt: instant('The anchor plus the delay.'),
        expiresAt: instant('Later than this it is not to be delivered any more.').nullable(),
        withinWindow: z
          .boolean()
          .meta({ description: "false: outside the channel's messaging window, use a template.", example: true }),
        test: z.boolean().meta({
          description: 'true: a test, of no session: see the tests of channels and followups.',
          example: false,
        }),
      })
      .meta({ description: 'The followup to deliver.' }),
  })
  .meta({ id: 'FollowupSend', description: 'One attempt to have a followup delivered.' });

export const followupSendAnswer = z
  .object({
    messageId: z.string().max(200).optional().meta({
      description: "The gateway's id of the message that it sent: `gatewayMessageId` of the delivery.",
      example: 'wamid.4711',
    }),
  })
  .meta({ id: 'FollowupSendAnswer' });
