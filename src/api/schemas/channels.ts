import * as z from 'zod';
import { endpointUrlProblem } from '../../gateway/egress';
import { typeIssues, webchatSettings } from './channel-type';
import { flag, id, instant, issue, pageQuery, text, wholeNumber, yearSeconds } from './common';

const endpoint = z
  .strictObject({
    url: z
      .string()
      .max(2_048)
      .check((context) => {
        const problem = endpointUrlProblem(context.value);
        if (problem !== null) context.issues.push(issue(context.value, 'invalid_url', problem));
      })
      .meta({
        description: 'Where followups are sent to: http or https.',
        example: 'https://gateway.example.com/followups',
        format: 'uri',
      }),
  })
  .meta({
    description: 'The gateway, needed but for a web chat. An edit resumes a paused channel.',
    example: { url: 'https://gateway.example.com/followups' },
  });

const settings = {
  sessionIdleSeconds: wholeNumber(
    1,
    yearSeconds,
    'A message that comes later than this after the last activity opens a new session.',
    86_400,
  ),
  messagingWindowSeconds: wholeNumber(
    1,
    yearSeconds,
    'Messages are allowed for so long after the last user message. null: always.',
    86_400,
  ).nullable(),
  outsideWindow: z.enum(['skip', 'send']).meta({
    description:
      'A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`.',
    example: 'skip',
  }),
  ambiguousSend: z.enum(['retry', 'never_repeat']).meta({
    description:
      'When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`.',
    example: 'retry',
  }),
  maxSendsPerSecond: wholeNumber(1, 1_000, 'What exceeds it waits for its turn. null: no limit.', 20).nullable(),
  responseWindowSeconds: wholeNumber(
    1,
    yearSeconds,
    'A user message so long after a followup counts as a response to it.',
    604_800,
  ),
  surveyLinkSeconds: wholeNumber(1, yearSeconds, 'The link of a survey works for so long after it was sent.', 604_800),
};

const hashConversationIds = z.boolean().meta({
  description:
    'Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good.',
  example: false,
});

const playground = z.boolean().meta({
  description: 'Made for trying followups out: what is sent and said there counts in no numbers. For good.',
  example: false,
});

const ignoreAvailability = z.boolean().meta({
  description: 'Of a playground: followups are sent as if the agent were always available.',
  example: false,
});

const agentId = id('agt', 'The agent that the channel belongs to, for good.');
const name = text(120, 'What people call the channel.', 'Web shop chat');

const type = z.enum(['webhook', 'webchat']).meta({
  description:
    'How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good.',
  example: 'webhook',
});

export const channelInput = z
  .strictObject({
    agentId,
    name,
    type: type.default('webhook'),
    endpoint: endpoint.nullable().default(null),
    sessionIdleSeconds: settings.sessionIdleSeconds.default(86_400),
    messagingWindowSeconds: settings.messagingWindowSeconds.default(null),
    outsideWindow: settings.outsideWindow.default('skip'),
    ambiguousSend: settings.ambiguousSend.default('retry'),
    maxSendsPerSecond: settings.maxSendsPerSecond.default(null),
    responseWindowSeconds: settings.responseWindowSeconds.default(604_800),
    surveyLinkSeconds: settings.surveyLinkSeconds.default(604_800),
    hashConversationIds: hashConversationIds.default(false),
    transcriptRetentionSeconds: webchatSettings.transcriptRetentionSeconds.default(null),
    allowedOrigins: webchatSettings.allowedOrigins.default(null),
    playground: playground.default(false),
    ignoreAvailability: ignoreAvailability.default(false),
  })
  .check((context) => {
    context.issues.push(...typeIssues(context.value));
    const { playground: isPlayground, ignoreAvailability: ignores } = context.value;
    if (ignores && !isPlayground) {
      const says = 'can be true only with "playground": true, where nobody is written to at night';
      context.issues.push(issue(context.value, 'not_a_playground', says, ['ignoreAvailability']));
    }
  })
  .meta({
    id: 'ChannelInput',
    example: {
      agentId: 'agt_0199c2a17b3c7d10a1b2c3d4e5f60718',
      name: 'Web shop chat',
      type: 'webhook',
      endpoint: { url: 'https://gateway.example.com/followups' },
    },
  });

export type ChannelInput = z.output<typeof channelInput>;

export const channelAnswer = z
  .strictObject({
    id: id('ch', 'The channel.'),
    agentId,
    name,
    type,
    endpoint: endpoint.nullable(),
    ...settings,
    hashConversationIds,
    ...webchatSettings,
    playground,
    ignoreAvailability,
    paused: z
      .strictObject({
        at: instant('Since when.'),
        reason: z.enum(['endpoint_gone']).nullable().meta({ description: 'Why.', example: 'endpoint_gone' }),
      })
      .nullable()
      .meta({ description: 'Set while nothing is sent: the endpoint answered 410.', example: null }),
    revision: wholeNumber(1, 2 ** 31 - 1, 'Counts the edits; it is the ETag.', 1),
    planRevision: z.int().meta({ description: 'Counts the changes that sessions have to learn of.', example: 1 }),
    rolledOutRevision: z.int().meta({
      description: 'The revision that every open session has been told of; behind planRevision while a rollout runs.',
      example: 1,
    }),
    planChangedAt: instant('The last change that sessions have to learn of.'),
    createdAt: instant('When it was created.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Channel' });

export type ChannelAnswer = z.output<typeof channelAnswer>;

export const signingSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+=*$/)
  .meta({
    description: 'Verifies the signature of what is sent (Standard Webhooks). Shown this once; a web chat has none.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  });

export const channelCreatedAnswer = channelAnswer
  .extend({ signingSecret: signingSecret.nullable() })
  .meta({ id: 'ChannelCreated' });

export const channelListQuery = z.strictObject({
  ...pageQuery,
  agentId: id('agt', 'Channels of this agent only.').optional(),
  playground: flag('Playgrounds only, or only channels that are none.').optional(),
});
