// Made from the OpenAPI document by `npm run client:types`: not to be edited.

import type { CallOptions, CallShape, ChangeOptions, CreateOptions, StreamedEvent, StreamOptions } from './calls';

export type AgentInput = {
  /** What people call the agent. */
  name: string;
  /** Where and when the agent lives. */
  identity: {
    /** A name of the IANA time zone database. */
    timeZone: string;
    availability?: Availability;
  };
  /** What happens at opening to several followups that were queued: `spaced` keeps the distances that their delays give them, `together` sends all at once. */
  queueRelease?: 'spaced' | 'together';
  /** A followup that would be sent later than planned by more than this is skipped. null: its delay, held between 15 minutes and 6 hours. */
  maxLatenessSeconds?: number | null;
  /** At most so many followups are sent in one session. null: no limit but one of each. */
  maxFollowupsPerSession?: number | null;
};

/** When the agent may be spoken for, in its time zone. */
export type Availability = {
  /** Day and night. */
  mode: 'always';
} | {
  /** In these hours only. */
  mode: 'hours';
  /** The hours of every week. Hours of one day must not overlap. */
  weekly: {
    /** The day on which the hours begin. */
    day: 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
    /** When it opens, local time, included. */
    from: string;
    /** When it closes, local time, excluded; earlier than `from`: on the next day. */
    to: string;
  }[];
  /** Dates with hours of their own, such as holidays. */
  exceptions?: {
    /** A local date. */
    date: string;
    /** All hours of that date; none: closed. */
    hours: {
      /** When it opens, local time, included. */
      from: string;
      /** When it closes, local time, excluded; earlier than `from`: on the next day. */
      to: string;
    }[];
  }[];
};

/** A JSON Merge Patch (RFC 7396). */
export type AgentPatch = {
  /** What people call the agent. */
  name?: string | null;
  /** Where and when the agent lives. */
  identity?: {
    /** A name of the IANA time zone database. */
    timeZone?: string | null;
    /** When the agent may be spoken for, in its time zone. */
    availability?: Availability | null;
  } | null;
  /** What happens at opening to several followups that were queued: `spaced` keeps the distances that their delays give them, `together` sends all at once. */
  queueRelease?: 'spaced' | 'together' | null;
  /** A followup that would be sent later than planned by more than this is skipped. null: its delay, held between 15 minutes and 6 hours. */
  maxLatenessSeconds?: number | null;
  /** At most so many followups are sent in one session. null: no limit but one of each. */
  maxFollowupsPerSession?: number | null;
};

export type ChannelInput = {
  /** The agent that the channel belongs to, for good. */
  agentId: string;
  /** What people call the channel. */
  name: string;
  /** How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good. */
  type?: 'webhook' | 'webchat';
  /** The gateway, needed but for a web chat. An edit resumes a paused channel. */
  endpoint?: {
    /** Where followups are sent to: http or https. */
    url: string;
  } | null;
  /** A message that comes later than this after the last activity opens a new session. */
  sessionIdleSeconds?: number;
  /** Messages are allowed for so long after the last user message. null: always. */
  messagingWindowSeconds?: number | null;
  /** A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`. */
  outsideWindow?: 'skip' | 'send';
  /** When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`. */
  ambiguousSend?: 'retry' | 'never_repeat';
  /** What exceeds it waits for its turn. null: no limit. */
  maxSendsPerSecond?: number | null;
  /** A user message so long after a followup counts as a response to it. */
  responseWindowSeconds?: number;
  /** The link of a survey works for so long after it was sent. */
  surveyLinkSeconds?: number;
  /** Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good. */
  hashConversationIds?: boolean;
  /** Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing. */
  transcriptRetentionSeconds?: number | null;
  /** Of a web chat: the origins whose pages may embed it; none: all. null on another channel. */
  allowedOrigins?: string[] | null;
  /** Made for trying followups out: what is sent and said there counts in no numbers. For good. */
  playground?: boolean;
  /** Of a playground: followups are sent as if the agent were always available. */
  ignoreAvailability?: boolean;
};

/** A JSON Merge Patch (RFC 7396). */
export type ChannelPatch = {
  /** The agent that the channel belongs to, for good. */
  agentId?: string | null;
  /** What people call the channel. */
  name?: string | null;
  /** How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good. */
  type?: 'webhook' | 'webchat' | null;
  /** The gateway, needed but for a web chat. An edit resumes a paused channel. */
  endpoint?: {
    /** Where followups are sent to: http or https. */
    url?: string | null;
  } | null;
  /** A message that comes later than this after the last activity opens a new session. */
  sessionIdleSeconds?: number | null;
  /** Messages are allowed for so long after the last user message. null: always. */
  messagingWindowSeconds?: number | null;
  /** A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`. */
  outsideWindow?: 'skip' | 'send' | null;
  /** When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`. */
  ambiguousSend?: 'retry' | 'never_repeat' | null;
  /** What exceeds it waits for its turn. null: no limit. */
  maxSendsPerSecond?: number | null;
  /** A user message so long after a followup counts as a response to it. */
  responseWindowSeconds?: number | null;
  /** The link of a survey works for so long after it was sent. */
  surveyLinkSeconds?: number | null;
  /** Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good. */
  hashConversationIds?: boolean | null;
  /** Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing. */
  transcriptRetentionSeconds?: number | null;
  /** Of a web chat: the origins whose pages may embed it; none: all. null on another channel. */
  allowedOrigins?: string[] | null;
  /** Made for trying followups out: what is sent and said there counts in no numbers. For good. */
  playground?: boolean | null;
  /** Of a playground: followups are sent as if the agent were always available. */
  ignoreAvailability?: boolean | null;
};

export type FollowupInput = {
  /** What people call the followup; users never see it. */
  title: string;
  /** What is sent to the user. */
  message: string;
  /** How long after the last agent message, without a reply. */
  delaySeconds: number;
  /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
  surveyType?: 'csat' | 'nps' | 'ces' | 'thumbs' | null;
  /** `no_reply`: the agent waits for the user. `conversation_over`: after an explicit end, or after an agent message with `awaiting: "nobody"`. */
  trigger?: 'no_reply' | 'conversation_over';
  /** Not sent again in the same conversation within this time. null: 0, or 604,800 with a survey. */
  cooldownSeconds?: number | null;
  /** Skipped when it would be sent later than planned by more than this. null: as the agent says. */
  maxLatenessSeconds?: number | null;
  /** Where it works: channels of one agent. */
  channelIds: string[];
  /** Whether it is at work. */
  status?: 'active' | 'inactive';
};

/** A JSON Merge Patch (RFC 7396). */
export type FollowupPatch = {
  /** What people call the followup; users never see it. */
  title?: string | null;
  /** What is sent to the user. */
  message?: string | null;
  /** How long after the last agent message, without a reply. */
  delaySeconds?: number | null;
  /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
  surveyType?: 'csat' | 'nps' | 'ces' | 'thumbs' | null;
  /** `no_reply`: the agent waits for the user. `conversation_over`: after an explicit end, or after an agent message with `awaiting: "nobody"`. */
  trigger?: 'no_reply' | 'conversation_over' | null;
  /** Not sent again in the same conversation within this time. null: 0, or 604,800 with a survey. */
  cooldownSeconds?: number | null;
  /** Skipped when it would be sent later than planned by more than this. null: as the agent says. */
  maxLatenessSeconds?: number | null;
  /** Where it works: channels of one agent. */
  channelIds?: string[] | null;
  /** Whether it is at work. */
  status?: 'active' | 'inactive' | null;
};

export type FollowupTestInput = {
  /** Where to send it: a channel of its agent. */
  channelId: string;
  /** To whom; a web chat needs one. Left out: the conversation is named `test`, for the gateway to ignore. */
  conversationId?: string;
};

export type MessageInput = {
  /** The gateway's id of the message; a retried event with the same sender and id counts once */
  id: string;
  /** Who sent it: the AI agent, the user (any member of a group), or a human operator */
  from: 'agent' | 'user' | 'operator';
  /** When it was sent, by the clock of the gateway; default: now. Of an agent: at most 5 minutes ahead and 7 days old. */
  at?: string;
  /** Whom an agent message waits for; ordinary followups are armed by `user` alone, the default */
  awaiting?: 'user' | 'operator' | 'nobody';
  /** The delivery that this agent message is the echo of: a followup's own message arms nothing */
  deliveryId?: string;
  /** What the user is to read: on a web chat alone, which shows it. Any other gateway has delivered it already. */
  text?: string;
};

export type EndInput = {
  /** When it ended, by the clock of the gateway; default: now. */
  at?: string;
  /** Whether the matter of the conversation was resolved */
  outcome?: 'resolved' | 'unresolved' | null;
};

export type MessageBatchInput = {
  /** The messages, of any conversations, in any order. */
  messages: BatchMessage[];
};

/** A message with its channel and conversation. */
export type BatchMessage = {
  /** The gateway's id of the message; a retried event with the same sender and id counts once */
  id: string;
  /** Who sent it: the AI agent, the user (any member of a group), or a human operator */
  from: 'agent' | 'user' | 'operator';
  /** When it was sent, by the clock of the gateway; default: now. Of an agent: at most 5 minutes ahead and 7 days old. */
  at?: string;
  /** Whom an agent message waits for; ordinary followups are armed by `user` alone, the default */
  awaiting?: 'user' | 'operator' | 'nobody';
  /** The delivery that this agent message is the echo of: a followup's own message arms nothing */
  deliveryId?: string;
  /** The channel. */
  channelId: string;
  /** The conversation, as the gateway names it. */
  conversationId: string;
};

export type SurveyAnswerInput = {
  /** csat 1–5 (5: very satisfied), nps 0–10 (10: extremely likely), ces 1–7 (7: very easy), thumbs 0–1 (1: up). */
  score: number;
  /** What the user added. */
  comment?: string | null;
};

export type ReceiptInput = {
  /** `read` counts for more than `delivered`, and `delivered` for more than `failed`, in whatever order they come. */
  status: 'delivered' | 'read' | 'failed';
  /** The channel's own word for it, such as an error code. */
  code?: string | null;
};

export type KeyInput = {
  /** What the key is for. */
  name: string;
  /** `admin`: everything. `gateway`: report messages, read sessions and its channels. `read`: every GET. */
  scope: 'admin' | 'gateway' | 'read';
  /** The channels that a gateway key may speak for. null: all. */
  channelIds?: string[] | null;
  /** When it stops working. null: never. */
  expiresAt?: string | null;
};

export type VisitorInput = {

};

export type SaidInput = {
  /** A name for the message, new for each, by which it is known when it is sent again. */
  id: string;
  /** What the visitor says. */
  text: string;
};

/** Either a code or a key. */
export type SignInInput = {
  /** The code of the link that the service shows when it starts. Works once, for 15 minutes. */
  code?: string;
  /** An API key with the scope `admin` or `read`. */
  apiKey?: string;
};

/** One attempt to have a followup delivered. */
export type FollowupSend = {
  /** What is asked for. */
  type: 'followup.send';
  /** When the request was made. */
  timestamp: string;
  /** The followup to deliver. */
  data: {
    /** The delivery; also the header `webhook-id`, the same in every attempt. */
    deliveryId: string;
    /** The followup. */
    followupId: string;
    /** The session. */
    sessionId: string;
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
    /** The agent who speaks. */
    agentId: string;
    /** What the user is to read. */
    message: string;
    /** The survey that goes with the message. */
    survey: {
      /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
      type: 'csat' | 'nps' | 'ces' | 'thumbs';
      /** Where the user answers; null: the gateway asks, and reports the answer. */
      url: string | null;
    } | null;
    /** The agent message that began the silence. */
    anchorAt: string;
    /** The anchor plus the delay. */
    dueAt: string;
    /** Later than this it is not to be delivered any more. */
    expiresAt: string | null;
    /** false: outside the channel's messaging window, use a template. */
    withinWindow: boolean;
    /** true: a test, of no session: see the tests of channels and followups. */
    test: boolean;
  };
};

export type Agent = {
  /** The agent. */
  id: string;
  /** What people call the agent. */
  name: string;
  /** Where and when the agent lives. */
  identity: {
    /** A name of the IANA time zone database. */
    timeZone: string;
    availability: AvailabilityOutput;
  };
  /** What happens at opening to several followups that were queued: `spaced` keeps the distances that their delays give them, `together` sends all at once. */
  queueRelease: 'spaced' | 'together';
  /** A followup that would be sent later than planned by more than this is skipped. null: its delay, held between 15 minutes and 6 hours. */
  maxLatenessSeconds: number | null;
  /** At most so many followups are sent in one session. null: no limit but one of each. */
  maxFollowupsPerSession: number | null;
  /** Counts the edits; it is the ETag. */
  revision: number;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
};

/** An error (RFC 9457). */
export type Problem = {
  /** Where this kind of problem is described. */
  type: string;
  /** The kind of problem. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What happened this time. */
  detail: string;
  /** The kind of problem, for programs. */
  code: string;
  /** All that is wrong with the request. */
  errors: {
    /** Where; empty for the whole body. */
    path: string;
    /** What kind of mistake. */
    code: string;
    /** What to do about it, with a valid example. */
    message: string;
  }[];
  /** Also in the header X-Request-Id, and in the log. */
  requestId: string;
};

export type AvailabilityState = {
  /** The instant that was asked for. */
  at: string;
  /** Whether the agent is available then. */
  open: boolean;
  /** Open until then; null: closed, or it does not close within 366 days. */
  until: string | null;
  /** Opens then; null: open, or it does not open within 366 days. */
  opensAt: string | null;
};

export type Queued = {
  /** How many deliveries are queued, or being tried. */
  queued: number;
};

export type ChannelCreated = {
  /** The channel. */
  id: string;
  /** The agent that the channel belongs to, for good. */
  agentId: string;
  /** What people call the channel. */
  name: string;
  /** How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good. */
  type: 'webhook' | 'webchat';
  /** The gateway, needed but for a web chat. An edit resumes a paused channel. */
  endpoint: {
    /** Where followups are sent to: http or https. */
    url: string;
  } | null;
  /** A message that comes later than this after the last activity opens a new session. */
  sessionIdleSeconds: number;
  /** Messages are allowed for so long after the last user message. null: always. */
  messagingWindowSeconds: number | null;
  /** A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`. */
  outsideWindow: 'skip' | 'send';
  /** When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`. */
  ambiguousSend: 'retry' | 'never_repeat';
  /** What exceeds it waits for its turn. null: no limit. */
  maxSendsPerSecond: number | null;
  /** A user message so long after a followup counts as a response to it. */
  responseWindowSeconds: number;
  /** The link of a survey works for so long after it was sent. */
  surveyLinkSeconds: number;
  /** Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good. */
  hashConversationIds: boolean;
  /** Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing. */
  transcriptRetentionSeconds: number | null;
  /** Of a web chat: the origins whose pages may embed it; none: all. null on another channel. */
  allowedOrigins: string[] | null;
  /** Made for trying followups out: what is sent and said there counts in no numbers. For good. */
  playground: boolean;
  /** Of a playground: followups are sent as if the agent were always available. */
  ignoreAvailability: boolean;
  /** Set while nothing is sent: the endpoint answered 410. */
  paused: {
    /** Since when. */
    at: string;
    /** Why. */
    reason: 'endpoint_gone' | null;
  } | null;
  /** Counts the edits; it is the ETag. */
  revision: number;
  /** Counts the changes that sessions have to learn of. */
  planRevision: number;
  /** The revision that every open session has been told of; behind planRevision while a rollout runs. */
  rolledOutRevision: number;
  /** The last change that sessions have to learn of. */
  planChangedAt: string;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
  /** Verifies the signature of what is sent (Standard Webhooks). Shown this once; a web chat has none. */
  signingSecret: string | null;
};

export type Channel = {
  /** The channel. */
  id: string;
  /** The agent that the channel belongs to, for good. */
  agentId: string;
  /** What people call the channel. */
  name: string;
  /** How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good. */
  type: 'webhook' | 'webchat';
  /** The gateway, needed but for a web chat. An edit resumes a paused channel. */
  endpoint: {
    /** Where followups are sent to: http or https. */
    url: string;
  } | null;
  /** A message that comes later than this after the last activity opens a new session. */
  sessionIdleSeconds: number;
  /** Messages are allowed for so long after the last user message. null: always. */
  messagingWindowSeconds: number | null;
  /** A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`. */
  outsideWindow: 'skip' | 'send';
  /** When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`. */
  ambiguousSend: 'retry' | 'never_repeat';
  /** What exceeds it waits for its turn. null: no limit. */
  maxSendsPerSecond: number | null;
  /** A user message so long after a followup counts as a response to it. */
  responseWindowSeconds: number;
  /** The link of a survey works for so long after it was sent. */
  surveyLinkSeconds: number;
  /** Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good. */
  hashConversationIds: boolean;
  /** Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing. */
  transcriptRetentionSeconds: number | null;
  /** Of a web chat: the origins whose pages may embed it; none: all. null on another channel. */
  allowedOrigins: string[] | null;
  /** Made for trying followups out: what is sent and said there counts in no numbers. For good. */
  playground: boolean;
  /** Of a playground: followups are sent as if the agent were always available. */
  ignoreAvailability: boolean;
  /** Set while nothing is sent: the endpoint answered 410. */
  paused: {
    /** Since when. */
    at: string;
    /** Why. */
    reason: 'endpoint_gone' | null;
  } | null;
  /** Counts the edits; it is the ETag. */
  revision: number;
  /** Counts the changes that sessions have to learn of. */
  planRevision: number;
  /** The revision that every open session has been told of; behind planRevision while a rollout runs. */
  rolledOutRevision: number;
  /** The last change that sessions have to learn of. */
  planChangedAt: string;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
};

export type ChannelSecretRotated = {
  /** The channel. */
  id: string;
  /** The agent that the channel belongs to, for good. */
  agentId: string;
  /** What people call the channel. */
  name: string;
  /** How followups go out: by `webhook` to a gateway of your own, or into the `webchat` that is part of the service. For good. */
  type: 'webhook' | 'webchat';
  /** The gateway, needed but for a web chat. An edit resumes a paused channel. */
  endpoint: {
    /** Where followups are sent to: http or https. */
    url: string;
  } | null;
  /** A message that comes later than this after the last activity opens a new session. */
  sessionIdleSeconds: number;
  /** Messages are allowed for so long after the last user message. null: always. */
  messagingWindowSeconds: number | null;
  /** A followup planned for after the messaging window: `skip` it, or `send` it with `withinWindow: false`. */
  outsideWindow: 'skip' | 'send';
  /** When the answer of the gateway was lost: `retry` with the same webhook-id (the gateway removes duplicates), or `never_repeat`. */
  ambiguousSend: 'retry' | 'never_repeat';
  /** What exceeds it waits for its turn. null: no limit. */
  maxSendsPerSecond: number | null;
  /** A user message so long after a followup counts as a response to it. */
  responseWindowSeconds: number;
  /** The link of a survey works for so long after it was sent. */
  surveyLinkSeconds: number;
  /** Conversation ids are replaced by an HMAC before they go anywhere: for ids that are phone numbers or addresses. For good. */
  hashConversationIds: boolean;
  /** Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing. */
  transcriptRetentionSeconds: number | null;
  /** Of a web chat: the origins whose pages may embed it; none: all. null on another channel. */
  allowedOrigins: string[] | null;
  /** Made for trying followups out: what is sent and said there counts in no numbers. For good. */
  playground: boolean;
  /** Of a playground: followups are sent as if the agent were always available. */
  ignoreAvailability: boolean;
  /** Set while nothing is sent: the endpoint answered 410. */
  paused: {
    /** Since when. */
    at: string;
    /** Why. */
    reason: 'endpoint_gone' | null;
  } | null;
  /** Counts the edits; it is the ETag. */
  revision: number;
  /** Counts the changes that sessions have to learn of. */
  planRevision: number;
  /** The revision that every open session has been told of; behind planRevision while a rollout runs. */
  rolledOutRevision: number;
  /** The last change that sessions have to learn of. */
  planChangedAt: string;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
  /** Verifies the signature of what is sent (Standard Webhooks). Shown this once; a web chat has none. */
  signingSecret: string;
  /** Until then everything is signed with the secret before as well. */
  previousSecretValidUntil: string;
};

export type ChannelTest = {
  /** What was sent, or was to be. */
  request: {
    /** Where it went. */
    url: string;
    /** What was sent with it; the signature is a real one. */
    headers: Record<string, string>;
    /** The exact body, over which the signature was made. */
    body: string;
  };
  /** What came back. */
  response: {
    /** `answered`: with a status. `blocked`: nothing may be sent to that address. `unreachable`: no connection. `lost`: sent, but no answer came. */
    kind: 'answered' | 'blocked' | 'unreachable' | 'lost';
    /** The HTTP status. */
    status: number | null;
    /** The first 2 KB of the answer. */
    body: string | null;
    /** What went wrong on the network. */
    code: string | null;
    /** What the answer would mean for a followup; null: there was none. */
    meaning: 'sent' | 'rejected' | 'conversation_gone' | 'endpoint_gone' | 'retry' | null;
  };
  /** How long it took, in milliseconds. */
  durationMs: number;
};

export type ChannelHealth = {
  /** `ok`: the last attempt was answered, or there was none. `failing`: it was not. `paused`: nothing is sent until the channel is edited or resumed. */
  status: 'ok' | 'failing' | 'paused';
  /** Since when it is paused. */
  pausedAt: string | null;
  /** When the endpoint last took or refused a message, to 10 seconds. */
  lastSuccessAt: string | null;
  /** When an attempt last failed. */
  lastFailureAt: string | null;
  /** What failed then. */
  lastFailure: string | null;
  /** Failed attempts in a row; from ten on one at a time is made. */
  consecutiveFailures: number;
  /** A warning: of the sessions that ended within 7 days (five at least, the newest 200) every one has messages of the agent only, or of the user only. */
  reportsOnlyOneSide: {
    /** Whose messages are reported. */
    side: 'agent' | 'user';
    /** Sessions that were looked at. */
    sessions: number;
    /** What that means. */
    message: string;
  } | null;
};

export type Followup = {
  /** The followup. */
  id: string;
  /** The agent of its channels. */
  agentId: string;
  /** What people call the followup; users never see it. */
  title: string;
  /** What is sent to the user. */
  message: string;
  /** How long after the last agent message, without a reply. */
  delaySeconds: number;
  /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
  surveyType: 'csat' | 'nps' | 'ces' | 'thumbs' | null;
  /** `no_reply`: the agent waits for the user. `conversation_over`: after an explicit end, or after an agent message with `awaiting: "nobody"`. */
  trigger: 'no_reply' | 'conversation_over';
  /** Not sent again in the same conversation within this time. null: 0, or 604,800 with a survey. */
  cooldownSeconds: number | null;
  /** Skipped when it would be sent later than planned by more than this. null: as the agent says. */
  maxLatenessSeconds: number | null;
  /** Whether it is at work. */
  status: 'active' | 'inactive';
  /** Where it works: channels of one agent. */
  channelIds: string[];
  /** Counts the edits; it is the ETag. */
  revision: number;
  /** Accepted, but probably not meant so. */
  warnings: {
    /** The kind of warning. */
    code: 'never_within_messaging_window';
    /** What will not work as its author may expect. */
    message: string;
  }[];
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
};

export type Accepted = {
  /** The conversation; its HMAC where the channel has `hashConversationIds`. */
  conversationId: string;
  /** The workflow of the conversation in Temporal. */
  workflowId: string;
  /** The event is durable. */
  accepted: true;
};

export type MessageBatchAnswer = {
  /** One for each message, in the same order. */
  results: MessageResult[];
};

export type MessageResult = {
  /** Which message: 0 is the first. */
  index: number;
  /** As if it had been sent alone: 202, or the status of the problem. */
  status: number;
  /** The conversation; its HMAC where the channel has `hashConversationIds`. */
  conversationId?: string;
  /** The workflow of the conversation in Temporal. */
  workflowId?: string;
  problem?: ResultProblem;
};

/** What is wrong with this message (RFC 9457). */
export type ResultProblem = {
  /** Where this kind of problem is described. */
  type: string;
  /** The kind of problem. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What happened this time. */
  detail: string;
  /** The kind of problem, for programs. */
  code: string;
  /** All that is wrong with the request. */
  errors: {
    /** Where; empty for the whole body. */
    path: string;
    /** What kind of mistake. */
    code: string;
    /** What to do about it, with a valid example. */
    message: string;
  }[];
};

export type Session = {
  /** The session. */
  id: string;
  /** Its channel. */
  channelId: string;
  /** Its agent. */
  agentId: string;
  /** The conversation, as the gateway names it. */
  conversationId: string;
  /** Whether it goes on. */
  status: 'open' | 'ended';
  /** Its first message. */
  startedAt: string;
  /** When it ended. */
  endedAt: string | null;
  /** What ended it. */
  endedBy: 'gateway' | 'idle' | 'channel_deleted' | 'conversation_gone' | 'operator' | null;
  /** What the gateway said at its end. */
  outcome: 'resolved' | 'unresolved' | null;
  /** Whether the last word is the agent's; null: the workflow could not be asked just now. */
  armed: boolean | null;
  /** Whom the last agent message waits for. */
  awaiting: 'user' | 'operator' | 'nobody' | null;
  /** The last agent message. */
  lastAgentMessageAt: string | null;
  /** The last user message. */
  lastUserMessageAt: string | null;
  /** The last operator message. */
  lastOperatorMessageAt: string | null;
  /** The plan that the session knows. */
  planRevision: number;
  /** Signals that could not be understood. */
  setAside: number;
  temporal: TemporalLink;
  /** What will happen, or happened, to each followup, and why. */
  followups: ExplainedFollowup[];
  /** What was decided, oldest first. */
  decisions: Decision[];
};

export type TemporalLink = {
  /** The workflow of the conversation. */
  workflowId: string;
  /** The newest run known. */
  runId: string;
  /** The run in the Temporal Web UI; null: its address is not known. */
  url: string | null;
};

export type ExplainedFollowup = {
  /** The followup. */
  followupId: string;
  /** Its title. */
  title: string;
  /** What became, or will become, of it. */
  status: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
  /** Why. The list is closed, and in order of precedence: of several the first is given. */
  reason: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
  /** The last agent message plus the delay; null: not armed. */
  dueAt: string | null;
  /** When it will be, or was to be, sent. */
  sendAt: string | null;
  /** The same in a sentence. */
  explanation: string;
};

export type Decision = {
  /** When it was decided. */
  at: string;
  /** The followup. */
  followupId: string;
  /** The agent message that began the silence. */
  anchorAt: string;
  /** The anchor plus the delay. */
  dueAt: string;
  /** When it was to be sent. */
  sendAt: string | null;
  /** What became, or will become, of it. */
  status: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
  /** Why. The list is closed, and in order of precedence: of several the first is given. */
  reason: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
  /** More on the reason. */
  detail: string | null;
  decidedOn: DecidedOn;
};

/** What the decision was made on. */
export type DecidedOn = {
  /** The last user message that was known. */
  lastUserMessageAt: string | null;
  /** The last operator message that was known. */
  lastOperatorMessageAt: string | null;
  /** The plan that was known. */
  planRevision: number;
  /** Until when the agent was available; null: without an end, or not asked. */
  availableUntil: string | null;
};

export type Timeline = {
  /** What happened, the oldest first. No text of any message. */
  items: TimelineItem[];
  /** false: messages are missing, since their history is gone (Temporal keeps it for its retention period) or too long. */
  complete: boolean;
};

/** One thing that happened in a session. */
export type TimelineItem = {
  /** The session began. */
  kind: 'opened';
  /** Its first message. */
  at: string;
} | {
  /** Somebody wrote. */
  kind: 'message';
  /** When it was sent. */
  at: string;
  /** Who wrote. */
  from: 'agent' | 'user' | 'operator';
  /** Of the agent: for whom it waits then. */
  awaiting: 'user' | 'operator' | 'nobody' | null;
} | {
  /** From here on the delays are counted: the agent wrote. */
  kind: 'anchor';
  /** When the agent wrote. */
  at: string;
  /** The agent message that they were counted from before; null: a silence began with this one. */
  insteadOf: string | null;
} | {
  /** Something was decided about a followup. */
  kind: 'decision';
  /** When it was decided. */
  at: string;
  /** The followup. */
  followupId: string;
  /** What became, or will become, of it. */
  status: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
  /** Why. The list is closed, and in order of precedence: of several the first is given. */
  reason: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
  /** More on the reason. */
  detail: string | null;
  /** The anchor plus the delay. */
  dueAt: string;
  /** When it was to be sent. */
  sendAt: string | null;
} | {
  /** A send was attempted. */
  kind: 'attempt';
  /** When it was begun. */
  at: string;
  /** The delivery. */
  deliveryId: string;
  /** Its followup. */
  followupId: string;
  /** Which one, from 1 on. */
  attempt: number;
  /** How it ended; null: not known yet. */
  outcome: 'sent' | 'rejected' | 'conversation_gone' | 'endpoint_gone' | 'failed' | 'blocked' | 'unreachable' | 'lost' | 'withheld' | null;
  /** The gateway's answer. */
  httpStatus: number | null;
  /** How long it took. */
  durationMs: number | null;
} | {
  /** A followup was sent. */
  kind: 'sent';
  /** When it was sent. */
  at: string;
  /** The delivery. */
  deliveryId: string;
  /** Its followup. */
  followupId: string;
} | {
  /** The gateway learned more of it. */
  kind: 'receipt';
  /** When that happened. */
  at: string;
  /** The delivery. */
  deliveryId: string;
  /** Its followup. */
  followupId: string;
  /** `read` counts for more than `delivered`, and `delivered` for more than `failed`, in whatever order they come. */
  status: 'delivered' | 'read' | 'failed';
} | {
  /** The user wrote again: the response to it. */
  kind: 'response';
  /** When the user wrote. */
  at: string;
  /** The delivery. */
  deliveryId: string;
  /** Its followup. */
  followupId: string;
} | {
  /** The user answered its survey; the newest answer. */
  kind: 'survey_answer';
  /** When it was answered. */
  at: string;
  /** The delivery. */
  deliveryId: string;
  /** Its followup. */
  followupId: string;
  /** The answer. */
  score: number;
} | {
  /** The session ended. */
  kind: 'ended';
  /** When it ended. */
  at: string;
  /** What ended it. */
  endedBy: 'gateway' | 'idle' | 'channel_deleted' | 'conversation_gone' | 'operator' | null;
  /** What the gateway said at its end. */
  outcome: 'resolved' | 'unresolved' | null;
};

export type Delivery = {
  /** The delivery: also the webhook-id of every attempt. */
  id: string;
  /** The followup. */
  followupId: string;
  /** The revision of the followup that was sent. */
  followupRevision: number;
  /** The session. */
  sessionId: string;
  /** The channel. */
  channelId: string;
  /** The agent. */
  agentId: string;
  /** The conversation, as the gateway names it. */
  conversationId: string;
  /** The text, as it was at the first attempt; null before it. */
  message: string | null;
  /** What became, or will become, of it. */
  status: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
  /** Why. The list is closed, and in order of precedence: of several the first is given. */
  reason: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
  /** More on the reason. */
  detail: string | null;
  /** The agent message that began the silence. */
  anchorAt: string;
  /** The anchor plus the delay. */
  dueAt: string;
  /** When it was planned to be sent. */
  sendAt: string;
  /** When it was sent. */
  sentAt: string | null;
  /** When it is of no use any more. */
  expiresAt: string | null;
  decidedOn: DecidedOn | null;
  /** The gateway's id of the message. */
  gatewayMessageId: string | null;
  /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
  surveyType: 'csat' | 'nps' | 'ces' | 'thumbs' | null;
  /** Oldest first. */
  attempts: {
    /** When it was begun. */
    at: string;
    /** When the session was asked whether it still wants this sent. */
    askedAt: string | null;
    /** How it ended; null: not known yet. */
    outcome: 'sent' | 'rejected' | 'conversation_gone' | 'endpoint_gone' | 'failed' | 'blocked' | 'unreachable' | 'lost' | 'withheld' | null;
    /** The gateway's answer. */
    httpStatus: number | null;
    /** How long it took. */
    durationMs: number | null;
  }[];
  /** What the gateway learned later. */
  receipt: Receipt | null;
  /** The first user message after it. */
  response: {
    /** When the user wrote again. */
    at: string;
    /** How long after it was sent. */
    afterSeconds: number;
  } | null;
  /** What the user answered to the survey, the newest. */
  surveyAnswer: SurveyAnswer | null;
  temporal: TemporalLink;
  /** When it was queued, or its send begun. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
};

/** What the gateway learned later. */
export type Receipt = {
  /** `read` counts for more than `delivered`, and `delivered` for more than `failed`, in whatever order they come. */
  status: 'delivered' | 'read' | 'failed';
  /** The channel's own word for it, such as an error code. */
  code: string | null;
  /** When it was reported. */
  at: string;
};

/** The newest answer to the survey. */
export type SurveyAnswer = {
  /** csat 1–5 (5: very satisfied), nps 0–10 (10: extremely likely), ces 1–7 (7: very easy), thumbs 0–1 (1: up). */
  score: number;
  /** What the user added. */
  comment: string | null;
  /** When it was given. */
  at: string;
};

export type FollowupStats = {
  /** The followup. */
  followupId: string;
  /** The channel that was asked for. */
  channelId: string | null;
  /** The first day that counts; null: from the first on. */
  from: string | null;
  /** The last day that counts. */
  to: string;
  /** The time zone of the agent, whose days these are. */
  timeZone: string;
  /** How many were sent. */
  sent: number;
  /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
  unknown: number;
  /** How many of the sent ones the user responded to within the response window. */
  responded: number;
  /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
  responseRate: number | null;
  /** Half of the responses came within this time. null: there were none. */
  medianSecondsToResponse: number | null;
  /** How the sessions ended in which it was sent. */
  resolution: {
    /** Sent in a session that ended with the outcome `resolved`. */
    resolved: number;
    /** Sent in a session that ended with the outcome `unresolved`. */
    unresolved: number;
    /** Resolved, of those with an outcome. 0 to 1; null: nothing to tell it from. */
    rate: number | null;
  };
  /** null: it has no survey. */
  survey: SurveyStats | null;
  /** Every day, the oldest first, also those without a send. */
  daily: {
    /** The day of sending, in the time zone of the agent. */
    date: string;
    /** How many were sent. */
    sent: number;
    /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
    unknown: number;
    /** How many of the sent ones the user responded to within the response window. */
    responded: number;
    /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
    responseRate: number | null;
    /** How many answered the survey. */
    surveyAnswers: number;
    /** Their score. */
    surveyScore: number | null;
  }[];
};

export type SurveyStats = {
  /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
  type: 'csat' | 'nps' | 'ces' | 'thumbs';
  /** How many answered. */
  answers: number;
  /** csat: share of 4 and 5, 0 to 1. nps: percentage of 9 and 10 minus that of 0 to 6, −100 to 100. ces: mean, 1 to 7. thumbs: share of 1, 0 to 1. null: no answers. */
  score: number | null;
  /** How often each score was given. */
  distribution: Record<string, number>;
};

export type ChannelStats = {
  /** The channel. */
  channelId: string;
  /** The first day that counts; null: from the first on. */
  from: string | null;
  /** The last day that counts. */
  to: string;
  /** The time zone of the agent, whose days these are. */
  timeZone: string;
  /** How many were sent. */
  sent: number;
  /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
  unknown: number;
  /** How many of the sent ones the user responded to within the response window. */
  responded: number;
  /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
  responseRate: number | null;
  /** Half of the responses came within this time. null: there were none. */
  medianSecondsToResponse: number | null;
  /** How the sessions ended in which it was sent. */
  resolution: {
    /** Sent in a session that ended with the outcome `resolved`. */
    resolved: number;
    /** Sent in a session that ended with the outcome `unresolved`. */
    unresolved: number;
    /** Resolved, of those with an outcome. 0 to 1; null: nothing to tell it from. */
    rate: number | null;
  };
  /** By type, of all its followups. */
  surveys: SurveyStats[];
  /** To compare: each followup that is, or was, at work on the channel, the oldest first. */
  followups: {
    /** The followup. */
    followupId: string;
    /** Its title. */
    title: string;
    /** Whether it is at work. */
    status: 'active' | 'inactive' | 'deleted';
    /** How many were sent. */
    sent: number;
    /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
    unknown: number;
    /** How many of the sent ones the user responded to within the response window. */
    responded: number;
    /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
    responseRate: number | null;
    /** Half of the responses came within this time. null: there were none. */
    medianSecondsToResponse: number | null;
    /** How the sessions ended in which it was sent. */
    resolution: {
      /** Sent in a session that ended with the outcome `resolved`. */
      resolved: number;
      /** Sent in a session that ended with the outcome `unresolved`. */
      unresolved: number;
      /** Resolved, of those with an outcome. 0 to 1; null: nothing to tell it from. */
      rate: number | null;
    };
    /** null: it has no survey. */
    survey: SurveyStats | null;
  }[];
  /** Every day, the oldest first, also those without a send. */
  daily: {
    /** The day of sending, in the time zone of the agent. */
    date: string;
    /** How many were sent. */
    sent: number;
    /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
    unknown: number;
    /** How many of the sent ones the user responded to within the response window. */
    responded: number;
    /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
    responseRate: number | null;
  }[];
};

export type AgentStats = {
  /** The agent. */
  agentId: string;
  /** The first day that counts. */
  from: string;
  /** The last day that counts. */
  to: string;
  /** The time zone of the agent, whose days these are. */
  timeZone: string;
  /** Each of its followups that is not deleted, the oldest first. */
  followups: {
    /** The followup. */
    followupId: string;
    /** How many were sent. */
    sent: number;
    /** How many may have been sent: the answer of the gateway was lost. They count in no rate. */
    unknown: number;
    /** How many of the sent ones the user responded to within the response window. */
    responded: number;
    /** Responded, of sent. 0 to 1; null: nothing to tell it from. */
    responseRate: number | null;
    /** The oldest first. Days without a send are left out. */
    daily: {
      /** The day of sending, in the time zone of the agent. */
      date: string;
      /** How many were sent. */
      sent: number;
      /** How many of the sent ones the user responded to within the response window. */
      responded: number;
    }[];
  }[];
};

export type Silences = {
  /** The channel. */
  channelId: string;
  /** Silences of a minute or longer, of sessions that have closed. */
  silences: number;
  /** In these a followup was sent, so nobody can tell how they would have ended. They count no further. */
  nudged: number;
  /** What ended the others. */
  endedBy: {
    /** The user came back. */
    user: number;
    /** The agent spoke again. */
    agent: number;
    /** A human took over. */
    operator: number;
    /** The conversation was ended. */
    end: number;
    /** Nobody came back. */
    idle: number;
  };
  /** Half of those who came back by themselves did within this time; null: nobody did. */
  medianSeconds: number | null;
  /** 80 % of those who came back by themselves did within this time; null: nobody did. */
  within80Seconds: number | null;
  /** When users came back by themselves, the quickest first. */
  cameBack: {
    /** After at least so long … */
    fromSeconds: number;
    /** … and less than this; null: without an end. */
    toSeconds: number | null;
    /** So many users came back by themselves. */
    count: number;
    /** Of all who did, so many had by the end of this time; 0 to 1. */
    share: number | null;
  }[];
  /** The same in a sentence, for whoever chooses a delay; null: nobody came back by themselves. */
  advice: string | null;
};

export type KeyCreated = {
  /** The key. */
  id: string;
  /** What the key is for. */
  name: string;
  /** `admin`: everything. `gateway`: report messages, read sessions and its channels. `read`: every GET. */
  scope: 'admin' | 'gateway' | 'read';
  /** The channels that a gateway key may speak for. null: all. */
  channelIds: string[] | null;
  /** Its first characters, to recognise it by. */
  prefix: string;
  /** When it stops working; null: never. */
  expiresAt: string | null;
  /** Since when it does not work any more. */
  revokedAt: string | null;
  /** When it was last used, to a minute. */
  lastUsedAt: string | null;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
  /** The key itself. Shown this once. */
  key: string;
};

export type Key = {
  /** The key. */
  id: string;
  /** What the key is for. */
  name: string;
  /** `admin`: everything. `gateway`: report messages, read sessions and its channels. `read`: every GET. */
  scope: 'admin' | 'gateway' | 'read';
  /** The channels that a gateway key may speak for. null: all. */
  channelIds: string[] | null;
  /** Its first characters, to recognise it by. */
  prefix: string;
  /** When it stops working; null: never. */
  expiresAt: string | null;
  /** Since when it does not work any more. */
  revokedAt: string | null;
  /** When it was last used, to a minute. */
  lastUsedAt: string | null;
  /** When it was created. */
  createdAt: string;
  /** When it was last changed. */
  updatedAt: string;
};

export type AuditEntry = {
  /** Rises with every entry. */
  id: number;
  /** When it was changed. */
  at: string;
  /** The API key that did it. */
  keyId: string;
  /** The name of the key at that time. */
  keyName: string;
  /** What was done. */
  action: 'create' | 'edit' | 'delete' | 'activate' | 'deactivate' | 'rotate_secret' | 'resume' | 'revoke' | 'opt_out' | 'opt_in' | 'erase';
  /** What kind of thing was changed. */
  kind: 'agent' | 'channel' | 'followup' | 'key' | 'conversation';
  /** What was changed. A conversation is named by its channel and a pseudonym. */
  thingId: string;
  /** By field, what it was and what it became. Never a secret. */
  changes: Record<string, {
    /** What it was; null: not there. */
    from: unknown;
    /** What it became; null: not there any more. */
    to: unknown;
  }>;
};

export type Transcript = {
  /** Oldest first. */
  items: ChatMessage[];
  /** Ask with ?after= for the next ones; null: there are no more at the moment. */
  nextCursor: string | null;
};

export type ChatMessage = {
  /** The id that its sender gave it; with `from` it is the only one in the conversation. */
  id: string;
  /** Its place: what comes after it is asked for with `?after=`, or as `Last-Event-ID`. */
  cursor: string;
  /** Who said it on a web chat. */
  from: 'user' | 'agent' | 'operator' | 'followup';
  /** What was said. */
  text: string;
  /** When it was said. */
  at: string;
  /** The survey that goes with a followup. */
  survey: {
    /** A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1. */
    type: 'csat' | 'nps' | 'ces' | 'thumbs';
    /** Where it is answered. */
    url: string;
  } | null;
  /** The delivery that a followup is. */
  deliveryId: string | null;
};

/** What anybody may know of a web chat. */
export type Webchat = {
  /** Who speaks. */
  agentName: string;
  /** What the chat is called. */
  channelName: string;
  /** Whether these are the agent's hours. */
  available: boolean;
  /** When they begin again; null: they are, or never will be. */
  opensAt: string | null;
  /** The agent's time zone. */
  timeZone: string;
};

export type Visitor = {
  /** What the visitor is known by: kept by the browser, and sent as Authorization: Bearer wct_…. */
  token: string;
  /** The conversation, as the gateway names it. */
  conversationId: string;
  /** Until then it works; a new one for the same conversation is had with it. */
  expiresAt: string;
};

export type Said = {
  /** The message as it is kept. */
  message: ChatMessage;
};

export type ConsoleSession = {
  /** To be sent as `X-CSRF-Token` with every call that changes something. The same for the whole session. */
  csrfToken: string;
  /** What the session may do. */
  scope: 'admin' | 'read';
  /** The name of the key that it acts as. */
  keyName: string;
  /** The key that it acts as. */
  keyId: string;
  /** When it ends, unless its key does before. */
  expiresAt: string;
};

/** The session, and the service that it is for. */
export type ConsoleSessionDetails = {
  /** To be sent as `X-CSRF-Token` with every call that changes something. The same for the whole session. */
  csrfToken: string;
  /** What the session may do. */
  scope: 'admin' | 'read';
  /** The name of the key that it acts as. */
  keyName: string;
  /** The key that it acts as. */
  keyId: string;
  /** When it ends, unless its key does before. */
  expiresAt: string;
  /** What the console tells of the service. */
  service: {
    /** The version of the service. */
    version: string;
    /** Where the API is reached. */
    publicUrl: string;
    /** Where the sessions are, for those who signal them directly. */
    temporal: {
      /** Temporal's Web UI; null: not known. */
      uiUrl: string | null;
      /** The namespace. */
      namespace: string;
      /** The task queue of the sessions. */
      taskQueue: string;
      /** Host and port; null: not known. */
      address: string | null;
    };
  };
};

export type Health = {
  /** The process answers. */
  status: 'ok';
};

export type Readiness = {
  /** Whether every part answers. */
  status: 'ready' | 'not_ready';
  /** By part. */
  checks: Record<string, {
    /** Whether it answers. */
    ok: boolean;
    /** What is wrong. */
    detail?: string;
  }>;
};

export type FollowupSendAnswer = {
  /** The gateway's id of the message that it sent: `gatewayMessageId` of the delivery. */
  messageId?: string;
};

/** When the agent may be spoken for, in its time zone. */
export type AvailabilityOutput = {
  /** Day and night. */
  mode: 'always';
} | {
  /** In these hours only. */
  mode: 'hours';
  /** The hours of every week. Hours of one day must not overlap. */
  weekly: {
    /** The day on which the hours begin. */
    day: 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
    /** When it opens, local time, included. */
    from: string;
    /** When it closes, local time, excluded; earlier than `from`: on the next day. */
    to: string;
  }[];
  /** Dates with hours of their own, such as holidays. */
  exceptions: {
    /** A local date. */
    date: string;
    /** All hours of that date; none: closed. */
    hours: {
      /** When it opens, local time, included. */
      from: string;
      /** When it closes, local time, excluded; earlier than `from`: on the next day. */
      to: string;
    }[];
  }[];
};

export type StreamEvent = {
  /** What happened; also the name of the event. A delivery tells its new status, and each new reason. */
  type: 'session.opened' | 'session.ended' | 'delivery.queued' | 'delivery.sending' | 'delivery.sent' | 'delivery.skipped' | 'delivery.failed' | 'delivery.unknown' | 'delivery.responded' | 'chat.message';
  /** When it happened. */
  at: string;
  /** The channel. */
  channelId: string;
  /** The conversation, as the gateway names it. */
  conversationId: string;
  /** The session; not of `chat.message`. */
  sessionId?: string;
  /** The delivery; of `delivery.…`, and of a `chat.message` from a followup. */
  deliveryId?: string;
  /** The followup; of `delivery.…` alone. */
  followupId?: string;
  /** The status of the delivery. */
  status?: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
  /** The reason of that status. */
  reason?: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
  /** Who said it on a web chat. */
  from?: 'user' | 'agent' | 'operator' | 'followup';
  /** The sender's id of the message; of `chat.message` alone. Its text is in the transcript. */
  messageId?: string;
  /** When the user wrote again; of `delivery.responded` alone. */
  responseAt?: string;
  /** What ended the session; of `session.ended` alone. */
  endedBy?: string | null;
  /** What the gateway said at the end; of `session.ended` alone. */
  outcome?: 'resolved' | 'unresolved' | null;
};

/** Every call of the API, by its operationId. */
export interface Api {
  /** Create an agent */
  createAgent(body: AgentInput, options?: CreateOptions): Promise<Agent>;
  /** List agents */
  listAgents(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Agent[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read an agent */
  getAgent(params: {
    /** The agent. */
    agentId: string;
  }, options?: CallOptions): Promise<Agent>;
  /** Edit an agent. Live sessions learn of new hours, time zones and limits at once. */
  editAgent(params: {
    /** The agent. */
    agentId: string;
  }, body: AgentPatch, options?: ChangeOptions): Promise<Agent>;
  /** Delete an agent that has no channels */
  deleteAgent(params: {
    /** The agent. */
    agentId: string;
  }, options?: ChangeOptions): Promise<void>;
  /** Ask whether an agent is available. At an instant: until when it is open, or when it opens. Adjoining hours count as one. */
  getAgentAvailability(params: {
    /** The agent. */
    agentId: string;
    /** The instant that is asked for; default: now. */
    at?: string;
  }, options?: CallOptions): Promise<AvailabilityState>;
  /** Ask what an edit of the hours of an agent would move. As the database was told: what was decided in the last moment may be missing, and one that is being sent just now counts and may still come through. What waits for its due time is not queued. */
  getAgentQueued(params: {
    /** The agent. */
    agentId: string;
  }, options?: CallOptions): Promise<Queued>;
  /** Create a channel of an agent. The answer shows the signing secret, once; a web chat has none. */
  createChannel(body: ChannelInput, options?: CreateOptions): Promise<ChannelCreated>;
  /** List channels. A gateway key sees the channels that it is bound to. */
  listChannels(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
    /** Channels of this agent only. */
    agentId?: string;
    /** Playgrounds only, or only channels that are none. */
    playground?: 'true' | 'false';
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Channel[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read a channel */
  getChannel(params: {
    /** The channel. */
    channelId: string;
  }, options?: CallOptions): Promise<Channel>;
  /** Edit a channel. Giving the endpoint, even the same again, resumes a paused channel. */
  editChannel(params: {
    /** The channel. */
    channelId: string;
  }, body: ChannelPatch, options?: ChangeOptions): Promise<Channel>;
  /** Delete a channel. Its sessions end and nothing more is sent; its history stays. */
  deleteChannel(params: {
    /** The channel. */
    channelId: string;
  }, options?: ChangeOptions): Promise<void>;
  /** Give a channel a new signing secret. The answer shows it, once. For 24 hours everything is signed with the secret before as well, so that the gateway can change over; rotating again within that time ends the older one at once. */
  rotateChannelSecret(params: {
    /** The channel. */
    channelId: string;
  }, options?: CreateOptions): Promise<ChannelSecretRotated>;
  /** Send a signed test to the gateway. As a followup is sent, with `test: true` and ids that no followup has. It is no delivery, and neither resumes nor pauses the channel. Answered when the gateway has answered, after 10 seconds at most. */
  testChannel(params: {
    /** The channel. */
    channelId: string;
  }, options?: CallOptions): Promise<ChannelTest>;
  /** Let a paused channel send again. What was held goes out at once, as far as it is still wanted. Again changes nothing. */
  resumeChannel(params: {
    /** The channel. */
    channelId: string;
  }, options?: ChangeOptions): Promise<Channel>;
  /** Ask how the gateway of a channel is doing */
  getChannelHealth(params: {
    /** The channel. */
    channelId: string;
  }, options?: CallOptions): Promise<ChannelHealth>;
  /** Create a followup. Active, and at work at once, unless told otherwise. */
  createFollowup(body: FollowupInput, options?: CreateOptions): Promise<Followup>;
  /** List followups */
  listFollowups(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
    /** Followups of this agent only. */
    agentId?: string;
    /** Followups of this channel only. */
    channelId?: string;
    /** Whether it is at work. */
    status?: 'active' | 'inactive';
    /** Followups whose title or message contains this, whatever the case. */
    q?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Followup[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read a followup */
  getFollowup(params: {
    /** The followup. */
    followupId: string;
  }, options?: CallOptions): Promise<Followup>;
  /** Edit a followup. Concerns live sessions at once. Activating it, giving it a channel or another delay never makes it fire for due times that have passed. */
  editFollowup(params: {
    /** The followup. */
    followupId: string;
  }, body: FollowupPatch, options?: ChangeOptions): Promise<Followup>;
  /** Delete a followup. Nothing more of it is sent; its history stays. */
  deleteFollowup(params: {
    /** The followup. */
    followupId: string;
  }, options?: ChangeOptions): Promise<void>;
  /** Switch a followup on. Again changes nothing. */
  activateFollowup(params: {
    /** The followup. */
    followupId: string;
  }, options?: ChangeOptions): Promise<Followup>;
  /** Switch a followup off. Again changes nothing. */
  deactivateFollowup(params: {
    /** The followup. */
    followupId: string;
  }, options?: ChangeOptions): Promise<Followup>;
  /** Ask what switching a followup off would drop. As the database was told: what was decided in the last moment may be missing, and one that is being sent just now counts and may still come through. What waits for its due time is not queued. */
  getFollowupQueued(params: {
    /** The followup. */
    followupId: string;
  }, options?: CallOptions): Promise<Queued>;
  /** Send a followup to yourself, as a test. Its message on a channel of its agent, with `test: true`, whether it is active or not; the link of its survey leads nowhere. It is no delivery, no session learns of it, and it counts for nothing. Answered like the test of a channel; on a web chat it appears in the conversation. */
  testFollowup(params: {
    /** The followup. */
    followupId: string;
  }, body: FollowupTestInput, options?: CallOptions): Promise<ChannelTest>;
  /** Report a message. Answered once the event is durable. The same sender and id again count once. After the 202 of a user or operator message no request of a followup begins. No text, the service needs none; but on a web chat agent and operator speak by this call, with `text`, and the user in the chat itself. */
  reportMessage(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, body: MessageInput, options?: CallOptions): Promise<Accepted>;
  /** End the session of a conversation. Drops what is waiting or queued, but for followups with the trigger `conversation_over`. The next message opens another session. */
  endConversation(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, body?: EndInput, options?: CallOptions): Promise<Accepted>;
  /** Report many messages. Up to 500 messages of any conversations, with a result for each: the answer is 200 also when some were refused. Those of one conversation are applied as a whole, in order of time, before anything is decided, so that a backlog sends nothing late. A result of 429 or 503 means: send that message again; the same sender and id count once. */
  reportMessages(body: MessageBatchInput, options?: CallOptions): Promise<MessageBatchAnswer>;
  /** Opt a conversation out of followups. Nothing is sent to it (`opted_out`) until it is opted in again, in this session and all later ones. After the 204 no request of a followup begins. Repeating it changes nothing. */
  optOut(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, options?: CallOptions): Promise<void>;
  /** Opt a conversation in again. What came due while it was opted out is not made up for. Repeating it, or doing it to a conversation that never opted out, changes nothing. */
  optIn(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, options?: CallOptions): Promise<void>;
  /** Erase a conversation. Its workflow is ended and deleted with its history, its sessions, deliveries and decisions are erased, and its opt-out with them; what it counted for in statistics stays. After the 204 no request of a followup begins. A message that comes afterwards opens a new session. May be repeated after a 503. */
  eraseConversation(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, options?: CallOptions): Promise<void>;
  /** Explain the live (or last) session of a conversation. What will be sent, when, and why, or why not; for a past session what happened, and on what ground. */
  getConversationSession(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
  }, options?: CallOptions): Promise<Session>;
  /** List the sessions of a conversation */
  listConversationSessions(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Session[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** List sessions. A gateway key sees the sessions of the channels that it is bound to. */
  listSessions(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
    /** Sessions of this agent only. */
    agentId?: string;
    /** Sessions of this channel only. */
    channelId?: string;
    /** The conversation, as the gateway names it. */
    conversationId?: string;
    /** Whether it goes on. */
    status?: 'open' | 'ended';
    /** Sessions in which this followup was decided about or sent. */
    followupId?: string;
    /** Sessions in which a decision or delivery has this reason. */
    reason?: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
    /** The session of the delivery with this id of the gateway's. */
    gatewayMessageId?: string;
    /** `queued`: something is queued or being tried in it now. `sent`: something was sent in it. */
    has?: 'queued' | 'sent';
    /** Finds a session by an id: its own, of its conversation, of a delivery in it, or the one that the gateway gave a delivery. The whole id, as it is written. */
    q?: string;
    /** false: the workflows are not asked. Of open sessions `armed` is null then, and of all `followups` and `decisions` are empty. Default: true. */
    live?: 'true' | 'false';
    /** Begun at this time or later. */
    from?: string;
    /** Begun before this time. */
    to?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Session[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Explain a session */
  getSession(params: {
    /** The session. */
    sessionId: string;
  }, options?: CallOptions): Promise<Session>;
  /** Tell what happened in a session, one thing after the other. Messages by sender, as the workflow's history has them (the newest 2,000 events of at most 5 runs), and what was decided, attempted, sent and answered. Of what the session decided a moment ago the last may be missing. */
  getSessionTimeline(params: {
    /** The session. */
    sessionId: string;
  }, options?: CallOptions): Promise<Timeline>;
  /** List deliveries. What waits for its first due time is no delivery yet: see the session. */
  listDeliveries(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
    /** Deliveries of this agent only. */
    agentId?: string;
    /** Deliveries of this channel only. */
    channelId?: string;
    /** The conversation, as the gateway names it. */
    conversationId?: string;
    /** Deliveries of this followup only. */
    followupId?: string;
    /** Deliveries of this session only. */
    sessionId?: string;
    /** What became, or will become, of it. */
    status?: 'sent' | 'unknown' | 'failed' | 'sending' | 'skipped' | 'queued' | 'waiting';
    /** Why. The list is closed, and in order of precedence: of several the first is given. */
    reason?: 'sent' | 'unknown' | 'gateway_rejected' | 'endpoint_gone' | 'endpoint_blocked' | 'gateway_failed' | 'sending' | 'unverified' | 'retrying' | 'channel_deleted' | 'session_ended' | 'opted_out' | 'held_out' | 'shadow' | 'inactive' | 'operator_active' | 'user_replied' | 'not_armed' | 'reply_not_expected' | 'retroactive' | 'reported_late' | 'session_limit' | 'cooling_down' | 'window_expired' | 'never_available' | 'too_late' | 'channel_paused' | 'queued' | 'throttled' | 'waiting';
    /** By the gateway's id of the message. */
    gatewayMessageId?: string;
    /** Queued, or its send begun, at this time or later. */
    from?: string;
    /** Queued, or its send begun, before this time. */
    to?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Delivery[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read a delivery */
  getDelivery(params: {
    /** The delivery. */
    deliveryId: string;
  }, options?: CallOptions): Promise<Delivery>;
  /** Report the answer to a survey. For gateways that ask the question themselves, instead of giving the user the link. A later answer, here or on the page, replaces the earlier one. */
  answerSurvey(params: {
    /** The delivery. */
    deliveryId: string;
  }, body: SurveyAnswerInput, options?: CallOptions): Promise<SurveyAnswer>;
  /** How a followup does. Everything counts for the day on which it was sent, in the time zone that the agent had then: a response that came later, too. What erased conversations had counted for stays in `sent` and `responded`. */
  getFollowupStats(params: {
    /** The followup. */
    followupId: string;
    /** From this day on, in the time zone of the agent. A time stands for its day. Default: everything. */
    from?: string;
    /** Up to this day, which counts as well. A time: the days that begin before it. Default: today. */
    to?: string;
    /** What was sent on this channel only. */
    channelId?: string;
  }, options?: CallOptions): Promise<FollowupStats>;
  /** How the followups of a channel do. All of them together, and each of them, to compare. Counted as for a followup; the resolution counts a session once for each followup that was sent in it. */
  getChannelStats(params: {
    /** The channel. */
    channelId: string;
    /** From this day on, in the time zone of the agent. A time stands for its day. Default: everything. */
    from?: string;
    /** Up to this day, which counts as well. A time: the days that begin before it. Default: today. */
    to?: string;
  }, options?: CallOptions): Promise<ChannelStats>;
  /** What was sent of each followup of an agent. For a list of all of them, by day, in one call. Counted as for a followup. */
  getAgentStats(params: {
    /** The agent. */
    agentId: string;
    /** From this day on, in the time zone of the agent. A time stands for its day. Default: 30 days. */
    from?: string;
    /** Up to this day, which counts as well. A time: the days that begin before it. Default: today. */
    to?: string;
  }, options?: CallOptions): Promise<AgentStats>;
  /** After how long users come back by themselves. For whoever chooses a delay: most of those who come back by themselves should have had the time to. A silence is the time after an agent message until the next message of anybody. */
  getSilences(params: {
    /** The channel. */
    channelId: string;
    /** Silences that began at this time or later. */
    from?: string;
    /** Silences that began before this time. */
    to?: string;
  }, options?: CallOptions): Promise<Silences>;
  /** Report what became of a delivery later. For gateways that learn later whether a message reached the user. It never goes backwards, so the answer is the receipt that counts now. `failed` sends nothing again: the followup is spent. A delivery that is `unknown` and turns out to be delivered or read becomes `sent`. 409 for one that was never sent. */
  reportReceipt(params: {
    /** The delivery. */
    deliveryId: string;
  }, body: ReceiptInput, options?: CallOptions): Promise<Receipt>;
  /** Follow sessions and deliveries as they happen. Server-sent events, each with `id`, `event` and `data` (JSON, see the schema StreamEvent), in one order that is the same for everybody. The stream stays open; after a cut it goes on where it was with the id of the last event as `Last-Event-ID`, and nothing is missed or told twice. Without an id it begins now. An event without data is none, but its id counts. Types: `session.opened`, `session.ended`, `delivery.queued`, `delivery.sending`, `delivery.sent`, `delivery.skipped`, `delivery.failed`, `delivery.unknown`, `delivery.responded`, `chat.message`. Events come within about a second, and are kept for 7 days; those of an erased conversation are not. A line that begins with a colon comes every 15 seconds. Who reads too slowly is cut off, and may come back. A gateway key hears of the channels that it is bound to. */
  streamEvents(params?: {
    /** Events of this channel only. */
    channelId?: string;
    /** The same as the header Last-Event-ID, for clients that cannot send it; the header goes first. */
    lastEventId?: string;
  }, options?: StreamOptions): AsyncGenerator<StreamedEvent<StreamEvent>>;
  /** Create an API key. The answer shows the key, once. */
  createKey(body: KeyInput, options?: CreateOptions): Promise<KeyCreated>;
  /** List API keys. Revoked and expired ones too; never the keys themselves. */
  listKeys(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: Key[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read what is known of an API key */
  getKey(params: {
    /** The key. */
    keyId: string;
  }, options?: CallOptions): Promise<Key>;
  /** Revoke an API key. At once in the process that answers, within 5 seconds in every other. Again changes nothing. The key of ADMIN_API_KEY is changed there. */
  revokeKey(params: {
    /** The key. */
    keyId: string;
  }, options?: CallOptions): Promise<void>;
  /** List what was changed, by whom. Every change through the API is written down with it, and stays. */
  listAuditEntries(params?: {
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
    /** What kind of thing was changed. */
    kind?: 'agent' | 'channel' | 'followup' | 'key' | 'conversation';
    /** Changes of this thing only: its id; of a conversation `{channelId}/{conversationId}`, with the id that the gateway gave it. */
    thingId?: string;
    /** Changes by this API key only. */
    keyId?: string;
    /** Changed at this time or later. */
    from?: string;
    /** Changed before this time. */
    to?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: AuditEntry[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** List who changed what of a followup, when. Of a deleted one too. */
  listFollowupHistory(params: {
    /** The followup. */
    followupId: string;
    /** Items on a page. */
    limit?: number;
    /** The nextCursor of the page before. */
    cursor?: string;
  }, options?: CallOptions): Promise<{
    /** Newest first. */
    items: AuditEntry[];
    /** Ask with ?cursor= for the next page; null: this is the last one. */
    nextCursor: string | null;
  }>;
  /** Read what was said on a web chat. Oldest first. A bot follows `chat.message` of `GET /v1/events`, which has no texts, and reads here what came after the message that it read last. Kept for `transcriptRetentionSeconds` of the channel. Of other channels nothing is kept. */
  getTranscript(params: {
    /** The channel. */
    channelId: string;
    /** The conversation, as the gateway names it. */
    conversationId: string;
    /** Messages at once. */
    limit?: number;
    /** The `cursor` of a message: only what comes after it. */
    after?: string;
  }, options?: CallOptions): Promise<Transcript>;
  /** What anybody may know of a web chat. Needs no key. */
  getWebchat(params: {
    /** The channel. */
    channelId: string;
  }, options?: CallOptions): Promise<Webchat>;
  /** Come as a visitor. Answers a token, with which a browser speaks in a conversation of its own, for 180 days. With a token that still works, as `Authorization: Bearer wct_…`, it is a new one for the same conversation. Needs no key. */
  createVisitor(params: {
    /** The channel. */
    channelId: string;
  }, body?: VisitorInput, options?: CallOptions): Promise<Visitor>;
  /** Sign in to the console. For browsers: sets a cookie that stands for the key in every call, for 12 hours at most, and ends with the key. A program has no use for it: it sends the key. A wrong code or key may be tried 10 times a minute from one address. Needs no key. */
  signIn(body: SignInInput, options?: CallOptions): Promise<ConsoleSession>;
  /** Who is signed in, and to what */
  getConsoleSession(options?: CallOptions): Promise<ConsoleSessionDetails>;
  /** Sign out of the console */
  signOut(options?: CallOptions): Promise<void>;
}

/** How each call is made. */
export const calls = {
  createAgent: { method: 'POST', path: '/v1/agents', params: false, body: 'application/json', creates: true, streams: false },
  listAgents: { method: 'GET', path: '/v1/agents', params: true, body: null, creates: false, streams: false },
  getAgent: { method: 'GET', path: '/v1/agents/{agentId}', params: true, body: null, creates: false, streams: false },
  editAgent: { method: 'PATCH', path: '/v1/agents/{agentId}', params: true, body: 'application/merge-patch+json', creates: false, streams: false },
  deleteAgent: { method: 'DELETE', path: '/v1/agents/{agentId}', params: true, body: null, creates: false, streams: false },
  getAgentAvailability: { method: 'GET', path: '/v1/agents/{agentId}/availability', params: true, body: null, creates: false, streams: false },
  getAgentQueued: { method: 'GET', path: '/v1/agents/{agentId}/queued', params: true, body: null, creates: false, streams: false },
  createChannel: { method: 'POST', path: '/v1/channels', params: false, body: 'application/json', creates: true, streams: false },
  listChannels: { method: 'GET', path: '/v1/channels', params: true, body: null, creates: false, streams: false },
  getChannel: { method: 'GET', path: '/v1/channels/{channelId}', params: true, body: null, creates: false, streams: false },
  editChannel: { method: 'PATCH', path: '/v1/channels/{channelId}', params: true, body: 'application/merge-patch+json', creates: false, streams: false },
  deleteChannel: { method: 'DELETE', path: '/v1/channels/{channelId}', params: true, body: null, creates: false, streams: false },
  rotateChannelSecret: { method: 'POST', path: '/v1/channels/{channelId}/rotate-secret', params: true, body: null, creates: true, streams: false },
  testChannel: { method: 'POST', path: '/v1/channels/{channelId}/test', params: true, body: null, creates: false, streams: false },
  resumeChannel: { method: 'POST', path: '/v1/channels/{channelId}/resume', params: true, body: null, creates: false, streams: false },
  getChannelHealth: { method: 'GET', path: '/v1/channels/{channelId}/health', params: true, body: null, creates: false, streams: false },
  createFollowup: { method: 'POST', path: '/v1/followups', params: false, body: 'application/json', creates: true, streams: false },
  listFollowups: { method: 'GET', path: '/v1/followups', params: true, body: null, creates: false, streams: false },
  getFollowup: { method: 'GET', path: '/v1/followups/{followupId}', params: true, body: null, creates: false, streams: false },
  editFollowup: { method: 'PATCH', path: '/v1/followups/{followupId}', params: true, body: 'application/merge-patch+json', creates: false, streams: false },
  deleteFollowup: { method: 'DELETE', path: '/v1/followups/{followupId}', params: true, body: null, creates: false, streams: false },
  activateFollowup: { method: 'POST', path: '/v1/followups/{followupId}/activate', params: true, body: null, creates: false, streams: false },
  deactivateFollowup: { method: 'POST', path: '/v1/followups/{followupId}/deactivate', params: true, body: null, creates: false, streams: false },
  getFollowupQueued: { method: 'GET', path: '/v1/followups/{followupId}/queued', params: true, body: null, creates: false, streams: false },
  testFollowup: { method: 'POST', path: '/v1/followups/{followupId}/test', params: true, body: 'application/json', creates: false, streams: false },
  reportMessage: { method: 'POST', path: '/v1/channels/{channelId}/conversations/{conversationId}/messages', params: true, body: 'application/json', creates: false, streams: false },
  endConversation: { method: 'POST', path: '/v1/channels/{channelId}/conversations/{conversationId}/end', params: true, body: 'application/json', creates: false, streams: false },
  reportMessages: { method: 'POST', path: '/v1/messages/batch', params: false, body: 'application/json', creates: false, streams: false },
  optOut: { method: 'PUT', path: '/v1/channels/{channelId}/conversations/{conversationId}/opt-out', params: true, body: null, creates: false, streams: false },
  optIn: { method: 'DELETE', path: '/v1/channels/{channelId}/conversations/{conversationId}/opt-out', params: true, body: null, creates: false, streams: false },
  eraseConversation: { method: 'DELETE', path: '/v1/channels/{channelId}/conversations/{conversationId}', params: true, body: null, creates: false, streams: false },
  getConversationSession: { method: 'GET', path: '/v1/channels/{channelId}/conversations/{conversationId}/session', params: true, body: null, creates: false, streams: false },
  listConversationSessions: { method: 'GET', path: '/v1/channels/{channelId}/conversations/{conversationId}/sessions', params: true, body: null, creates: false, streams: false },
  listSessions: { method: 'GET', path: '/v1/sessions', params: true, body: null, creates: false, streams: false },
  getSession: { method: 'GET', path: '/v1/sessions/{sessionId}', params: true, body: null, creates: false, streams: false },
  getSessionTimeline: { method: 'GET', path: '/v1/sessions/{sessionId}/timeline', params: true, body: null, creates: false, streams: false },
  listDeliveries: { method: 'GET', path: '/v1/deliveries', params: true, body: null, creates: false, streams: false },
  getDelivery: { method: 'GET', path: '/v1/deliveries/{deliveryId}', params: true, body: null, creates: false, streams: false },
  answerSurvey: { method: 'POST', path: '/v1/deliveries/{deliveryId}/survey-answer', params: true, body: 'application/json', creates: false, streams: false },
  getFollowupStats: { method: 'GET', path: '/v1/followups/{followupId}/stats', params: true, body: null, creates: false, streams: false },
  getChannelStats: { method: 'GET', path: '/v1/channels/{channelId}/stats', params: true, body: null, creates: false, streams: false },
  getAgentStats: { method: 'GET', path: '/v1/agents/{agentId}/stats', params: true, body: null, creates: false, streams: false },
  getSilences: { method: 'GET', path: '/v1/channels/{channelId}/silences', params: true, body: null, creates: false, streams: false },
  reportReceipt: { method: 'POST', path: '/v1/deliveries/{deliveryId}/receipt', params: true, body: 'application/json', creates: false, streams: false },
  streamEvents: { method: 'GET', path: '/v1/events', params: true, body: null, creates: false, streams: true },
  createKey: { method: 'POST', path: '/v1/keys', params: false, body: 'application/json', creates: true, streams: false },
  listKeys: { method: 'GET', path: '/v1/keys', params: true, body: null, creates: false, streams: false },
  getKey: { method: 'GET', path: '/v1/keys/{keyId}', params: true, body: null, creates: false, streams: false },
  revokeKey: { method: 'DELETE', path: '/v1/keys/{keyId}', params: true, body: null, creates: false, streams: false },
  listAuditEntries: { method: 'GET', path: '/v1/audit', params: true, body: null, creates: false, streams: false },
  listFollowupHistory: { method: 'GET', path: '/v1/followups/{followupId}/history', params: true, body: null, creates: false, streams: false },
  getTranscript: { method: 'GET', path: '/v1/channels/{channelId}/conversations/{conversationId}/transcript', params: true, body: null, creates: false, streams: false },
  getWebchat: { method: 'GET', path: '/v1/webchat/{channelId}', params: true, body: null, creates: false, streams: false },
  createVisitor: { method: 'POST', path: '/v1/webchat/{channelId}/visitors', params: true, body: 'application/json', creates: false, streams: false },
  signIn: { method: 'POST', path: '/v1/console-session', params: false, body: 'application/json', creates: false, streams: false },
  getConsoleSession: { method: 'GET', path: '/v1/console-session', params: false, body: null, creates: false, streams: false },
  signOut: { method: 'DELETE', path: '/v1/console-session', params: false, body: null, creates: false, streams: false },
} as const satisfies Record<keyof Api, CallShape>;

