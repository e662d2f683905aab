import type { Facts, ReportedEvent } from './facts';

/*
 * What is seen of a run in which nothing went wrong, for tests that plant something in it.
 */
export const conversationId = 'c-1';
export const followupId = 'flw_1';
export const anchorAt = '2026-11-23T10:00:00.000Z';
export const anchorMs = Date.parse(anchorAt);

export const event = (changes: Partial<ReportedEvent>): ReportedEvent => ({
  ...{ conversationId, kind: 'message', id: 'm-1', from: 'agent', atMs: anchorMs, way: 'rest' },
  ...{ acknowledgedMs: 1_000, acknowledgedAtMs: anchorMs + 5 },
  ...changes,
});
/** The user's, after the send. */
export const reply = event({
  id: 'm-2',
  from: 'user',
  atMs: anchorMs + 8_000,
  acknowledgedMs: 9_000,
  acknowledgedAtMs: anchorMs + 8_005,
});

export const request = (changes: object = {}, data: object = {}): Facts['requests'][number] => ({
  webhookId: 'dlv_1',
  ...{ readAtMs: 6_010, notBeforeMs: 6_005 },
  ...changes,
  data: {
    ...{ deliveryId: 'dlv_1', followupId, sessionId: 'ses_1', channelId: 'ch_1', conversationId, anchorAt },
    ...{ dueAt: '2026-11-23T10:00:05.000Z', message: 'Still there?' },
    ...data,
  },
});

/** The agent spoke, the followup was sent after five seconds, the user replied, and the session was ended. */
export const cleanRun = (): Facts => ({
  events: [
    event({}),
    reply,
    event({ kind: 'end', id: '2026-11-23T10:00:20.000Z', from: null, atMs: anchorMs + 20_000 }),
  ],
  requests: [request()],
  deliveries: [
    { id: 'dlv_1', sessionId: 'ses_1', followupId, conversationId, status: 'sent', reason: 'sent', neverRepeat: false },
  ],
  attempts: [
    { deliveryId: 'dlv_1', attempt: 1, askedAtMs: anchorMs + 5_001, sendingAtMs: anchorMs + 5_002, outcome: 'sent' },
  ],
  signals: [
    { conversationId, kind: 'message', from: 'agent', id: 'm-1' },
    { conversationId, kind: 'message', from: 'user', id: 'm-2' },
    { conversationId, kind: 'end', from: null, id: '2026-11-23T10:00:20.000Z' },
  ],
  sessions: [{ id: 'ses_1', conversationId, status: 'ended', runs: false }],
  expectations: [{ conversationId, followupId, atLeast: 1, atMost: 1, why: 'the user was silent' }],
});
