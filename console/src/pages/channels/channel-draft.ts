import type { Channel, ChannelPatch } from '../../api/client';
import { sentNumber } from '../../api/sent-number';
import { delayInWords } from '../../words/delays';
import type { FieldsInWords } from '../../words/merge';
import { inDigits } from '../../words/numbers';

/** Where the messages of a web chat are kept for so long unless the channel says otherwise: 30 days. */
const usualRetentionSeconds = 30 * 86_400;

/** A channel as it is edited; lengths are in seconds, null where no number was typed. */
export type ChannelDraft = {
  type: Channel['type'];
  name: string;
  endpointUrl: string;
  sessionIdleSeconds: number | null;
  /** null: always. */
  messagingWindowSeconds: number | null;
  outsideWindow: Channel['outsideWindow'];
  ambiguousSend: Channel['ambiguousSend'];
  /** null: no limit. */
  maxSendsPerSecond: number | null;
  responseWindowSeconds: number | null;
  surveyLinkSeconds: number | null;
  transcriptRetentionSeconds: number | null;
  /** One on each line. */
  allowedOrigins: string;
};

export const channelDraftOf = (channel: Channel): ChannelDraft => ({
  type: channel.type,
  name: channel.name,
  endpointUrl: channel.endpoint?.url ?? '',
  sessionIdleSeconds: channel.sessionIdleSeconds,
  messagingWindowSeconds: channel.messagingWindowSeconds,
  outsideWindow: channel.outsideWindow,
  ambiguousSend: channel.ambiguousSend,
  maxSendsPerSecond: channel.maxSendsPerSecond,
  responseWindowSeconds: channel.responseWindowSeconds,
  surveyLinkSeconds: channel.surveyLinkSeconds,
  transcriptRetentionSeconds: channel.transcriptRetentionSeconds ?? usualRetentionSeconds,
  allowedOrigins: (channel.allowedOrigins ?? []).join('\n'),
});

const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const sentOrNull = (typed: number | null) => (typed === null ? null : sentNumber(typed));

/** The whole draft as the API takes it. */
export const channelPatchOf = (draft: ChannelDraft): ChannelPatch => ({
  name: draft.name,
  sessionIdleSeconds: sentNumber(draft.sessionIdleSeconds),
  messagingWindowSeconds: sentOrNull(draft.messagingWindowSeconds),
  outsideWindow: draft.outsideWindow,
  ambiguousSend: draft.ambiguousSend,
  maxSendsPerSecond: sentOrNull(draft.maxSendsPerSecond),
  responseWindowSeconds: sentNumber(draft.responseWindowSeconds),
  surveyLinkSeconds: sentNumber(draft.surveyLinkSeconds),
  ...(draft.type === 'webhook'
    ? { endpoint: { url: draft.endpointUrl.trim() } }
    : {
        transcriptRetentionSeconds: sentNumber(draft.transcriptRetentionSeconds),
        allowedOrigins: lines(draft.allowedOrigins),
      }),
});

export const outsideWindows: Record<Channel['outsideWindow'], string> = {
  skip: 'Do not send it',
  send: 'Send it, marked as outside the window',
};

export const ambiguousSends: Record<Channel['ambiguousSend'], string> = {
  retry: 'Send it again: the gateway removes duplicates',
  never_repeat: 'Never repeat it: it may be missing, and never comes twice',
};

const length = (seconds: number | null) =>
  seconds === null || Number.isNaN(seconds) ? 'No number' : delayInWords(seconds);

/** Every field, in words. */
export const channelInWords: FieldsInWords<ChannelDraft> = [
  ['Name', ['name'], ({ name }) => name],
  ['Endpoint URL', ['endpointUrl'], ({ endpointUrl }) => endpointUrl],
  ['A session ends when nobody wrote for', ['sessionIdleSeconds'], (draft) => length(draft.sessionIdleSeconds)],
  [
    'Messaging window',
    ['messagingWindowSeconds'],
    ({ messagingWindowSeconds }) => (messagingWindowSeconds === null ? 'Always' : length(messagingWindowSeconds)),
  ],
  ['Outside the window', ['outsideWindow'], ({ outsideWindow }) => outsideWindows[outsideWindow]],
  ['When an answer was lost', ['ambiguousSend'], ({ ambiguousSend }) => ambiguousSends[ambiguousSend]],
  [
    'Sends per second',
    ['maxSendsPerSecond'],
    ({ maxSendsPerSecond }) => (maxSendsPerSecond === null ? 'No limit' : inDigits(maxSendsPerSecond)),
  ],
  ['Counts as a response within', ['responseWindowSeconds'], (draft) => length(draft.responseWindowSeconds)],
  ['A survey’s link works for', ['surveyLinkSeconds'], (draft) => length(draft.surveyLinkSeconds)],
  ['Messages are kept for', ['transcriptRetentionSeconds'], (draft) => length(draft.transcriptRetentionSeconds)],
  [
    'Pages that may show the chat',
    ['allowedOrigins'],
    ({ allowedOrigins }) => lines(allowedOrigins).join('\n') || 'Any page',
  ],
];
