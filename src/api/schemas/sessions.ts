import * as z from 'zod';
import { followupReasons, followupStatuses } from '../../workflows/policy/reasons';
import type { EndedBy } from '../../workflows/policy/session-state';
import { flag, id, instant, instantFilter, pageQuery } from './common';
import { conversationId } from './conversations';

export const followupStatus = z
  .enum(followupStatuses)
  .meta({ description: 'What became, or will become, of it.', example: 'waiting' });
export const followupReason = z.enum(followupReasons).meta({
  description: 'Why. The list is closed, and in order of precedence: of several the first is given.',
  example: 'waiting',
});

const sessionStatus = z.enum(['open', 'ended']).meta({ description: 'Whether it goes on.', example: 'open' });

export const endedBy = z
  .enum(['gateway', 'idle', 'channel_deleted', 'conversation_gone', 'operator'] as const satisfies readonly EndedBy[])
  .meta({ description: 'What ended it.', example: 'gateway' });

export const outcome = z
  .enum(['resolved', 'unresolved'])
  .meta({ description: 'What the gateway said at its end.', example: 'resolved' });

export const awaiting = z
  .enum(['user', 'operator', 'nobody'])
  .meta({ description: 'Whom the last agent message waits for.', example: 'user' });

export const decidedOn = z
  .strictObject({
    lastUserMessageAt: instant('The last user message that was known.').nullable(),
    lastOperatorMessageAt: instant('The last operator message that was known.').nullable(),
    planRevision: z.int().meta({ description: 'The plan that was known.', example: 1 }),
    availableUntil: instant('Until when the agent was available; null: without an end, or not asked.').nullable(),
  })
  .meta({ id: 'DecidedOn', description: 'What the decision was made on.' });

export const explainedFollowup = z
  .strictObject({
    followupId: id('flw', 'The followup.'),
    title: z.string().meta({ description: 'Its title.', example: 'Still there?' }),
    status: followupStatus,
    reason: followupReason,
    dueAt: instant('The last agent message plus the delay; null: not armed.').nullable(),
    sendAt: instant('When it will be, or was to be, sent.').nullable(),
    explanation: z.string().meta({
      description: 'The same in a sentence.',
      example: 'Will be sent on Monday 30 November at 09:00 (Europe/Madrid), when the agent is available again.',
    }),
  })
  .meta({ id: 'ExplainedFollowup' });

export const decision = z
  .strictObject({
    at: instant('When it was decided.'),
    followupId: id('flw', 'The followup.'),
    anchorAt: instant('The agent message that began the silence.'),
    dueAt: instant('The anchor plus the delay.'),
    sendAt: instant('When it was to be sent.').nullable(),
    status: followupStatus,
    reason: followupReason,
    detail: z.string().nullable().meta({ description: 'More on the reason.', example: null }),
    decidedOn,
  })
  .meta({ id: 'Decision' });

export const temporalLink = z
  .strictObject({
    workflowId: z.string().meta({
      description: 'The workflow of the conversation.',
      example: 'session/ch_0199c2a2a4f07e21b2c3d4e5f6071829/visitor-4711',
    }),
    runId: z.string().meta({ description: 'The newest run known.', example: '0199c2a7-0915-7376-8718-293a4b5c6d7e' }),
    url: z.string().nullable().meta({
      description: 'The run in the Temporal Web UI; null: its address is not known.',
      example:
        'http://127.0.0.1:8233/namespaces/default/workflows/session%2Fch_0199c2a2a4f07e21b2c3d4e5f6071829%2Fvisitor-4711/0199c2a7-0915-7376-8718-293a4b5c6d7e/history',
    }),
  })
  .meta({ id: 'TemporalLink' });

export const sessionAnswer = z
  .strictObject({
    id: id('ses', 'The session.'),
    channelId: id('ch', 'Its channel.'),
    agentId: id('agt', 'Its agent.'),
    conversationId,
    status: sessionStatus,
    startedAt: instant('Its first message.'),
    endedAt: instant('When it ended.').nullable(),
    endedBy: endedBy.nullable(),
    outcome: outcome.nullable(),
    armed: z.boolean().nullable().meta({
      description: "Whether the last word is the agent's; null: the workflow could not be asked just now.",
      example: true,
    }),
    awaiting: awaiting.nullable(),
    lastAgentMessageAt: instant('The last agent message.').nullable(),
    lastUserMessageAt: instant('The last user message.').nullable(),
    lastOperatorMessageAt: instant('The last operator message.').nullable(),
    planRevision: z.int().meta({ description: 'The plan that the session knows.', example: 1 }),
    setAside: z.int().meta({ description: 'Signals that could not be understood.', example: 0 }),
    temporal: temporalLink,
    followups: z
      .array(explainedFollowup)
      .meta({ description: 'What will happen, or happened, to each followup, and why.' }),
    decisions: z.array(decision).meta({ description: 'What was decided, oldest first.' }),
  })
  .meta({ id: 'Session' });

export type SessionAnswer = z.output<typeof sessionAnswer>;

export const conversationSessionsQuery = z.strictObject({ ...pageQuery });

export const sessionListQuery = z.strictObject({
  ...pageQuery,
  agentId: id('agt', 'Sessions of this agent only.').optional(),
  channelId: id('ch', 'Sessions of this channel only.').optional(),
  conversationId: conversationId.optional(),
  status: sessionStatus.optional(),
  followupId: id('flw', 'Sessions in which this followup was decided about or sent.').optional(),
  reason: followupReason
    .optional()
    .meta({ description: 'Sessions in which a decision or delivery has this reason.', example: 'user_replied' }),
  gatewayMessageId: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "The session of the delivery with this id of the gateway's.", example: 'wamid.4711' }),
  has: z.enum(['queued', 'sent']).optional().meta({
    description: '`queued`: something is queued or being tried in it now. `sent`: something was sent in it.',
    example: 'queued',
  }),
  q: z.string().min(1).max(200).optional().meta({
    description:
      'Finds a session by an id: its own, of its conversation, of a delivery in it, or the one that the gateway gave a delivery. The whole id, as it is written.',
    example: 'visitor-4711',
  }),
  live: flag(
    'false: the workflows are not asked. Of open sessions `armed` is null then, and of all `followups` and `decisions` are empty. Default: true.',
  ).optional(),
  from: instantFilter('Begun at this time or later.').optional(),
  to: instantFilter('Begun before this time.').optional(),
});
