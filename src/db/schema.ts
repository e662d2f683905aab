import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Availability } from '../availability/hours';
import type { ExplainedFollowup } from '../workflows/policy/explain';
import type { StatusReason } from '../workflows/policy/reasons';
import type { EndedBy } from '../workflows/policy/session-state';

/**
 * A point in time: `timestamptz` in PostgreSQL, a `Date` in TypeScript, milliseconds kept.
 * (Drizzle's own timestamp column leaves parsing to the driver, and the driver is told to keep dates as text.)
 */
const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: (value) => value.toISOString(),
  fromDriver: (value) => new Date(value),
});

const createdAt = () => instant('created_at').notNull().default(sql`now()`);
const updatedAt = () => instant('updated_at').notNull().default(sql`now()`);

export type QueueRelease = 'spaced' | 'together';

export const agents = pgTable('agents', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  availability: jsonb('availability').$type<Availability>().notNull(),
  queueRelease: text('queue_release').$type<QueueRelease>().notNull().default('spaced'),
  /** null: each followup's default, its delay held between 15 minutes and 6 hours. */
  maxLatenessSeconds: integer('max_lateness_seconds'),
  maxFollowupsPerSession: integer('max_followups_per_session'),
  /** Counts the edits; it is the ETag. */
  revision: integer('revision').notNull().default(1),
  /** Rows of deleted agents stay, because deleted channels and past sessions name them. */
  deletedAt: instant('deleted_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const channels = pgTable(
  'channels',
  {
    id: text('id').primaryKey(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    name: text('name').notNull(),
    type: text('type').$type<'webhook' | 'webchat'>().notNull(),
    /** null only for a web chat, whose gateway is inside the API process. */
    endpointUrl: text('endpoint_url'),
    /** `whsec_…`, encrypted with SECRETS_KEY. */
    signingSecret: text('signing_secret').notNull(),
    /** The secret before the last rotation, encrypted, valid until `previousSigningSecretUntil`. */
    previousSigningSecret: text('previous_signing_secret'),
    previousSigningSecretUntil: instant('previous_signing_secret_until'),
    sessionIdleSeconds: integer('session_idle_seconds').notNull().default(86_400),
    messagingWindowSeconds: integer('messaging_window_seconds'),
    outsideWindow: text('outside_window').$type<'skip' | 'send'>().notNull().default('skip'),
    ambiguousSend: text('ambiguous_send').$type<'retry' | 'never_repeat'>().notNull().default('retry'),
    maxSendsPerSecond: integer('max_sends_per_second'),
    responseWindowSeconds: integer('response_window_seconds').notNull().default(604_800),
    /** How long the link of a survey works. */
    surveyLinkSeconds: integer('survey_link_seconds').notNull().default(604_800),
    /** The earliest moment for the next send where `maxSendsPerSecond` is set: sends take their turns from here. */
    nextSendAt: instant('next_send_at'),
    hashConversationIds: boolean('hash_conversation_ids').notNull().default(false),
    /** Of a web chat: how long its messages are kept. */
    transcriptRetentionSeconds: integer('transcript_retention_seconds').notNull().default(2_592_000),
    /** Of a web chat: the origins whose pages may embed it; none: all. */
    allowedOrigins: jsonb('allowed_origins').$type<string[]>().notNull().default([]),
    /** Made for trying followups out: what is sent there counts in no numbers. For good. */
    playground: boolean('playground').notNull().default(false),
    /** Only where `playground` is set: followups are sent as if the agent were always available. */
    ignoreAvailability: boolean('ignore_availability').notNull().default(false),
    /** Rises with every change that sessions of this channel must learn of: see `plan` in the glossary. */
    planRevision: bigint('plan_revision', { mode: 'number' }).notNull().default(1),
    planChangedAt: instant('plan_changed_at').notNull().default(sql`now()`),
    /** The plan revision that every open session has been told of. */
    rolledOutRevision: bigint('rolled_out_revision', { mode: 'number' }).notNull().default(1),
    /** Set when the endpoint answered 410 Gone; nothing is sent until the channel is edited or resumed. */
    pausedAt: instant('paused_at'),
    pausedReason: text('paused_reason').$type<'endpoint_gone'>(),
    /** Failed attempts in a row; from ten on, one probe at a time is let through. */
    consecutiveFailures: integer('consecutive_failures').notNull().default(0),
    probeUntil: instant('probe_until'),
    lastSuccessAt: instant('last_success_at'),
    lastFailureAt: instant('last_failure_at'),
    lastFailure: text('last_failure'),
    revision: integer('revision').notNull().default(1),
    deletedAt: instant('deleted_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index('channels_agent').on(table.agentId),
    // Lets a followup's channels be held to one agent by foreign keys.
    unique('channels_id_agent').on(table.id, table.agentId),
    check('channels_endpoint', sql`${table.type} = 'webchat' or ${table.endpointUrl} is not null`),
  ],
);

export type SurveyType = 'csat' | 'nps' | 'ces' | 'thumbs';
export type Trigger = 'no_reply' | 'conversation_over';

export const followups = pgTable(
  'followups',
  {
    id: text('id').primaryKey(),
    /** Order of creation: equal delays are sent in this order. */
    sequence: bigserial('sequence', { mode: 'number' }).notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    title: text('title').notNull(),
    message: text('message').notNull(),
    delaySeconds: integer('delay_seconds').notNull(),
    surveyType: text('survey_type').$type<SurveyType>(),
    trigger: text('trigger').$type<Trigger>().notNull().default('no_reply'),
    /** null: the default, which is 0, or 604,800 with a survey. */
    cooldownSeconds: integer('cooldown_seconds'),
    maxLatenessSeconds: integer('max_lateness_seconds'),
    status: text('status').$type<'active' | 'inactive'>().notNull(),
    /** Moment of the last activation: due times before it are `retroactive`. */
    activatedAt: instant('activated_at').notNull(),
    /** Moment of the last edit of the delay: due times before it are `retroactive`, unless queued already. */
    delayEditedAt: instant('delay_edited_at').notNull(),
    revision: integer('revision').notNull().default(1),
    deletedAt: instant('deleted_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    unique('followups_id_agent').on(table.id, table.agentId),
    check('followups_delay', sql`${table.delaySeconds} between 1 and 2592000`),
  ],
);

/** Which followup works on which channel; both must be of one agent, and the foreign keys see to it. */
export const followupChannels = pgTable(
  'followup_channels',
  {
    followupId: text('followup_id').notNull(),
    channelId: text('channel_id').notNull(),
    agentId: text('agent_id').notNull(),
    assignedAt: instant('assigned_at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.followupId, table.channelId] }),
    index('followup_channels_channel').on(table.channelId),
    foreignKey({
      name: 'followup_channels_followup',
      columns: [table.followupId, table.agentId],
      foreignColumns: [followups.id, followups.agentId],
    }),
    foreignKey({
      name: 'followup_channels_channel_agent',
      columns: [table.channelId, table.agentId],
      foreignColumns: [channels.id, channels.agentId],
    }),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    channelId: text('channel_id')
      .notNull()
      .references(() => channels.id),
    agentId: text('agent_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    workflowId: text('workflow_id').notNull(),
    /** The run that opened the session: with the workflow id it makes opening idempotent. */
    openedByRunId: text('opened_by_run_id').notNull(),
    /** The first run of that run's chain; a reset keeps it, a new start does not. */
    firstRunId: text('first_run_id').notNull(),
    /** The newest run known. */
    runId: text('run_id').notNull(),
    status: text('status').$type<'open' | 'ended'>().notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
    endedBy: text('ended_by').$type<EndedBy>(),
    outcome: text('outcome').$type<'resolved' | 'unresolved'>(),
    /** The last messages are written when the session closes; while it is open the workflow alone knows. */
    lastAgentMessageAt: instant('last_agent_message_at'),
    lastUserMessageAt: instant('last_user_message_at'),
    lastOperatorMessageAt: instant('last_operator_message_at'),
    awaiting: text('awaiting').$type<'user' | 'operator' | 'nobody'>(),
    planRevision: bigint('plan_revision', { mode: 'number' }).notNull(),
    /** What the session said of every followup when it closed. */
    followups: jsonb('followups').$type<ExplainedFollowup[]>(),
    /** Events that were set aside because they could not be understood. */
    setAside: integer('set_aside').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    // The promise: a conversation has at most one open session.
    uniqueIndex('sessions_one_open').on(table.channelId, table.conversationId).where(sql`${table.status} = 'open'`),
    index('sessions_open').on(table.channelId, table.id).where(sql`${table.status} = 'open'`),
    unique('sessions_opened_by').on(table.workflowId, table.openedByRunId),
    index('sessions_conversation').on(table.channelId, table.conversationId, table.startedAt),
    index('sessions_created').on(table.createdAt, table.id),
  ],
);

export type DecidedOn = {
  lastUserMessageAt: string | null;
  lastOperatorMessageAt: string | null;
  planRevision: number;
  /** null: open without an end, or not asked. */
  availableUntil: string | null;
};

export const deliveries = pgTable(
  'deliveries',
  {
    /** Made from session and followup alone, so that it is the same whoever makes it: it is the `webhook-id`. */
    id: text('id').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id),
    followupId: text('followup_id')
      .notNull()
      .references(() => followups.id),
    followupRevision: integer('followup_revision').notNull(),
    channelId: text('channel_id').notNull(),
    agentId: text('agent_id').notNull(),
    conversationId: text('conversation_id').notNull(),
    status: text('status').$type<StatusReason['status']>().notNull(),
    reason: text('reason').$type<StatusReason['reason']>().notNull(),
    detail: text('detail'),
    /** Read at the first attempt and frozen for all attempts; null before it. */
    message: text('message'),
    surveyType: text('survey_type').$type<SurveyType>(),
    /** The body of the request, frozen with the message, so that every attempt sends the same. */
    body: text('body'),
    anchorAt: instant('anchor_at').notNull(),
    dueAt: instant('due_at').notNull(),
    sendAt: instant('send_at').notNull(),
    sentAt: instant('sent_at'),
    expiresAt: instant('expires_at'),
    decidedOn: jsonb('decided_on').$type<DecidedOn>(),
    gatewayMessageId: text('gateway_message_id'),
    /** What a gateway learned later of it. */
    receiptStatus: text('receipt_status').$type<'delivered' | 'read' | 'failed'>(),
    receiptCode: text('receipt_code'),
    receiptAt: instant('receipt_at'),
    responseAt: instant('response_at'),
    /** The newest answer to its survey. */
    surveyScore: integer('survey_score'),
    surveyComment: text('survey_comment'),
    surveyAnsweredAt: instant('survey_answered_at'),
    /**
     * The date on which it was sent, in the zone that the agent had then; null: it counts in no numbers, since it was not
     * sent, or sent on a playground. Written by a trigger.
     */
    sentOn: text('sent_on'),
    /** From sending to the response, milliseconds; null where `sentOn` is. Written by a trigger. */
    responseMs: bigint('response_ms', { mode: 'number' }),
    /** The outcome of its session. Written by a trigger. */
    sessionOutcome: text('session_outcome').$type<'resolved' | 'unresolved'>(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    // The promise: one followup in one session is one delivery, for ever.
    unique('deliveries_session_followup').on(table.sessionId, table.followupId),
    index('deliveries_created').on(table.createdAt, table.id),
    index('deliveries_followup').on(table.followupId, table.createdAt),
    // Finds the median of responses from the index alone.
    index('deliveries_responses')
      .on(table.followupId, table.responseMs, table.sentOn, table.channelId)
      .where(sql`${table.status} = 'sent' and ${table.responseMs} is not null`),
    index('deliveries_conversation')
      .on(table.channelId, table.conversationId)
      .where(sql`${table.status} in ('sent', 'unknown')`),
    // What waits to be sent: few next to all that ever was.
    index('deliveries_pending').on(table.followupId).where(sql`${table.status} in ('queued', 'sending')`),
    index('deliveries_gateway_message').on(table.gatewayMessageId).where(sql`${table.gatewayMessageId} is not null`),
  ],
);

export type AttemptOutcome =
  | 'sent'
  | 'rejected'
  | 'conversation_gone'
  | 'endpoint_gone'
  | 'failed'
  | 'blocked'
  | 'unreachable'
  | 'lost'
  | 'withheld';

export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    deliveryId: text('delivery_id')
      .notNull()
      .references(() => deliveries.id),
    attempt: integer('attempt').notNull(),
    claimedAt: instant('claimed_at').notNull().default(sql`now()`),
    /** When the session was asked, under the fence, whether it still wants this sent. */
    askedAt: instant('asked_at'),
    /** Set before the first byte of the request is written; without an outcome after it, nobody knows. */
    sendingAt: instant('sending_at'),
    finishedAt: instant('finished_at'),
    outcome: text('outcome').$type<AttemptOutcome>(),
    httpStatus: integer('http_status'),
    durationMs: integer('duration_ms'),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.attempt] })],
);

/** What was decided about a followup in one silence: appended, never changed. */
export const decisions = pgTable(
  'decisions',
  {
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id),
    /** Counted by the session's workflow, so that writing one again changes nothing. */
    sequence: integer('sequence').notNull(),
    followupId: text('followup_id').notNull(),
    at: instant('at').notNull(),
    anchorAt: instant('anchor_at').notNull(),
    dueAt: instant('due_at').notNull(),
    sendAt: instant('send_at'),
    status: text('status').$type<StatusReason['status']>().notNull(),
    reason: text('reason').$type<StatusReason['reason']>().notNull(),
    detail: text('detail'),
    decidedOn: jsonb('decided_on').$type<DecidedOn>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.sequence] })],
);

export type KeyScope = 'admin' | 'gateway' | 'read';

export const apiKeys = pgTable('api_keys', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** The first characters, to recognise a key by. */
  prefix: text('prefix').notNull(),
  /** SHA-256 of the key, hex. A key holds 32 random bytes, so a slow hash adds nothing. */
  hash: text('hash').notNull().unique(),
  scope: text('scope').$type<KeyScope>().notNull(),
  /** Channels that a gateway key may speak for; null: all. */
  channelIds: jsonb('channel_ids').$type<string[]>(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Who is signed in to the console. A session may do what its key may, for as long as the key may. */
export const consoleSessions = pgTable(
  'console_sessions',
  {
    /** SHA-256 of the cookie's value, hex: 32 random bytes, so a slow hash adds nothing. */
    hash: text('hash').primaryKey(),
    keyId: text('key_id')
      .notNull()
      .references(() => apiKeys.id),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('console_sessions_expires').on(table.expiresAt)],
);

/** Links that sign somebody in, once, in place of a key. */
export const signInCodes = pgTable('sign_in_codes', {
  /** SHA-256 of the code, hex. */
  hash: text('hash').primaryKey(),
  keyId: text('key_id')
    .notNull()
    .references(() => apiKeys.id),
  expiresAt: instant('expires_at').notNull(),
  createdAt: createdAt(),
});

export type ChatSender = 'user' | 'agent' | 'operator' | 'followup';

/** What was said on web chats: the transcript that a visitor finds again. Kept for the channel's retention. */
export const chatMessages = pgTable(
  'chat_messages',
  {
    /** The order in which they are shown. */
    sequence: bigserial('sequence', { mode: 'number' }).primaryKey(),
    channelId: text('channel_id')
      .notNull()
      .references(() => channels.id),
    conversationId: text('conversation_id').notNull(),
    sender: text('sender').$type<ChatSender>().notNull(),
    /** Of its sender; of a followup, the delivery. The same sender and id again is the same message. */
    messageId: text('message_id').notNull(),
    text: text('text').notNull(),
    survey: jsonb('survey').$type<{ type: SurveyType; url: string }>(),
    at: instant('at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('chat_messages_sender_id').on(table.channelId, table.conversationId, table.sender, table.messageId),
    index('chat_messages_conversation').on(table.channelId, table.conversationId, table.sequence),
    index('chat_messages_retention').on(table.channelId, table.at),
  ],
);

/** Conversations that are not to get any followup. */
export const optOuts = pgTable(
  'opt_outs',
  {
    channelId: text('channel_id')
      .notNull()
      .references(() => channels.id),
    conversationId: text('conversation_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.channelId, table.conversationId] })],
);

export type SilenceEndedBy = 'user' | 'agent' | 'operator' | 'end' | 'idle';

/** The silences of a minute or longer of each session, written when it closes or continues as new. */
export const silences = pgTable(
  'silences',
  {
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id),
    startedAt: instant('started_at').notNull(),
    channelId: text('channel_id').notNull(),
    seconds: integer('seconds').notNull(),
    endedBy: text('ended_by').$type<SilenceEndedBy>().notNull(),
    /** A followup was sent in it: then nobody came back by themselves. */
    nudged: boolean('nudged').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.startedAt] }),
    index('silences_channel').on(table.channelId, table.startedAt),
  ],
);

/** What was changed by whom; of followups it is their history. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: instant('at').notNull(),
    /** The key that did it, and its name at that time. */
    keyId: text('key_id').notNull(),
    keyName: text('key_name').notNull(),
    action: text('action').notNull(),
    kind: text('kind').$type<'agent' | 'channel' | 'followup' | 'key' | 'conversation'>().notNull(),
    thingId: text('thing_id').notNull(),
    /** Field by field, what it was and what it became; never a secret. */
    changes: jsonb('changes').$type<Record<string, { from: unknown; to: unknown }>>().notNull(),
  },
  (table) => [index('audit_entries_thing').on(table.kind, table.thingId, table.id)],
);

/** Answers to requests with an `Idempotency-Key`, kept for 24 hours and given again to the same request. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    keyId: text('key_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    /** SHA-256 of method, path and body. */
    requestHash: text('request_hash').notNull(),
    /** null while the first request runs. */
    responseStatus: integer('response_status'),
    responseHeaders: jsonb('response_headers').$type<Record<string, string>>(),
    /** Encrypted, since the answer to a new channel or key holds a secret. */
    responseBody: text('response_body'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.idempotencyKey] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);

/**
 * What happened to sessions and deliveries, for the event stream, written by triggers. Rows of transactions that are
 * still running may come with smaller ids than those already seen; `txid` lets a reader wait for them.
 */
export const streamEvents = pgTable(
  'stream_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    txid: bigint('txid', { mode: 'number' }).notNull().default(sql`pg_current_xact_id()::text::bigint`),
    at: instant('at').notNull().default(sql`now()`),
    type: text('type').notNull(),
    channelId: text('channel_id').notNull(),
    sessionId: text('session_id').notNull(),
    deliveryId: text('delivery_id'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index('stream_events_order').on(table.txid, table.id)],
);

/** What erased conversations had counted for, so that the numbers stay. */
export const erasedCounts = pgTable(
  'erased_counts',
  {
    followupId: text('followup_id').notNull(),
    channelId: text('channel_id').notNull(),
    /** The date in the agent's zone. */
    date: text('date').notNull(),
    sent: integer('sent').notNull().default(0),
    responded: integer('responded').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.followupId, table.channelId, table.date] })],
);

/**
 * Chains of workflow runs that were ended because their conversation was erased: should one of them be opening a session
 * just then, it opens none. Kept for a day; nothing in it tells of whom it was.
 */
export const erasedRuns = pgTable('erased_runs', {
  firstRunId: text('first_run_id').primaryKey(),
  createdAt: createdAt(),
});

/**
 * What the numbers are made of, by followup, channel and date of sending in the agent's zone: deliveries that were sent,
 * or may have been (`unknown`); of the sent ones those with a response, by how fast it came (see response_bucket in the
 * migration), and those whose session had an outcome; and the answers to surveys, by score from the lowest on.
 */
export const deliveryCounts = pgTable(
  'delivery_counts',
  {
    followupId: text('followup_id').notNull(),
    channelId: text('channel_id').notNull(),
    date: text('date').notNull(),
    sent: integer('sent').notNull(),
    unknown: integer('unknown').notNull(),
    responded: integer('responded').notNull(),
    resolved: integer('resolved').notNull(),
    unresolved: integer('unresolved').notNull(),
    /** null, here and below: none on that day. */
    responses: integer('responses').array(),
    csat: integer('csat').array(),
    nps: integer('nps').array(),
    ces: integer('ces').array(),
    thumbs: integer('thumbs').array(),
  },
  (table) => [
    primaryKey({ columns: [table.followupId, table.channelId, table.date] }),
    index('delivery_counts_channel').on(table.channelId, table.date),
  ],
);

/**
 * Changes of `deliveryCounts` that were not folded into it yet; the numbers are the sum of both. Triggers append here,
 * in the transaction of the delivery, so that deliveries of one followup never wait for each other. `kind` is the name of
 * a column there, `value` the class of a response or the score of an answer.
 */
export const deliveryCountChanges = pgTable('delivery_count_changes', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  followupId: text('followup_id').notNull(),
  channelId: text('channel_id').notNull(),
  date: text('date').notNull(),
  kind: text('kind').notNull(),
  value: integer('value').notNull(),
  change: integer('change').notNull(),
});
