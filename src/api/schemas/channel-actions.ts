import * as z from 'zod';
import type { AnswerClass } from '../../gateway/answers';
import type { SendResult } from '../../gateway/send-webhook';
import { channelAnswer, signingSecret } from './channels';
import { instant } from './common';

export const secretRotatedAnswer = channelAnswer
  .extend({
    signingSecret,
    previousSecretValidUntil: instant('Until then everything is signed with the secret before as well.'),
  })
  .meta({ id: 'ChannelSecretRotated' });

export const channelTestAnswer = z
  .strictObject({
    request: z
      .strictObject({
        url: z.string().meta({ description: 'Where it went.', example: 'https://gateway.example.com/followups' }),
        headers: z.record(z.string(), z.string()).meta({
          description: 'What was sent with it; the signature is a real one.',
          example: { 'webhook-id': 'dlv_test_0199c2a5e7f37154a5f60718293a4b5c', 'webhook-timestamp': '1795424400' },
        }),
        body: z.string().meta({
          description: 'The exact body, over which the signature was made.',
          example: '{"type":"followup.send","timestamp":"2026-11-30T09:00:00.000Z","data":{"test":true}}',
        }),
      })
      .meta({ description: 'What was sent, or was to be.' }),
    response: z
      .strictObject({
        kind: z
          .enum(['answered', 'blocked', 'unreachable', 'lost'] as const satisfies readonly SendResult['kind'][])
          .meta({
            description:
              '`answered`: with a status. `blocked`: nothing may be sent to that address. `unreachable`: no connection. `lost`: sent, but no answer came.',
            example: 'answered',
          }),
        status: z.int().nullable().meta({ description: 'The HTTP status.', example: 200 }),
        body: z
          .string()
          .nullable()
          .meta({ description: 'The first 2 KB of the answer.', example: '{"messageId":"wamid.4711"}' }),
        code: z.string().nullable().meta({ description: 'What went wrong on the network.', example: 'ECONNREFUSED' }),
        meaning: z
          .enum([
            'sent',
            'rejected',
            'conversation_gone',
            'endpoint_gone',
            'retry',
          ] as const satisfies readonly AnswerClass[])
          .nullable()
          .meta({ description: 'What the answer would mean for a followup; null: there was none.', example: 'sent' }),
      })
      .meta({ description: 'What came back.' }),
    durationMs: z.int().meta({ description: 'How long it took, in milliseconds.', example: 84 }),
  })
  .meta({ id: 'ChannelTest' });

export type ChannelTestAnswer = z.output<typeof channelTestAnswer>;

export const channelHealthAnswer = z
  .strictObject({
    status: z.enum(['ok', 'failing', 'paused']).meta({
      description:
        '`ok`: the last attempt was answered, or there was none. `failing`: it was not. `paused`: nothing is sent until the channel is edited or resumed.',
      example: 'ok',
    }),
    pausedAt: instant('Since when it is paused.').nullable(),
    lastSuccessAt: instant('When the endpoint last took or refused a message, to 10 seconds.').nullable(),
    lastFailureAt: instant('When an attempt last failed.').nullable(),
    lastFailure: z.string().nullable().meta({ description: 'What failed then.', example: 'http_503' }),
    consecutiveFailures: z.int().meta({
      description: 'Failed attempts in a row; from ten on one at a time is made.',
      example: 0,
    }),
    reportsOnlyOneSide: z
      .strictObject({
        side: z.enum(['agent', 'user']).meta({ description: 'Whose messages are reported.', example: 'agent' }),
        sessions: z.int().meta({ description: 'Sessions that were looked at.', example: 12 }),
        message: z.string().meta({
          description: 'What that means.',
          example: 'The last 12 sessions have messages of the agent only: …',
        }),
      })
      .nullable()
      .meta({
        description:
          'A warning: of the sessions that ended within 7 days (five at least, the newest 200) every one has messages of the agent only, or of the user only.',
        example: null,
      }),
  })
  .meta({ id: 'ChannelHealth' });

export type ChannelHealthAnswer = z.output<typeof channelHealthAnswer>;
