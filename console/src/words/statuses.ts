import type { ExplainedFollowup, Key } from '../api/client';
import type { Tone } from '../ui/tone';

export type DeliveryStatus = ExplainedFollowup['status'];

/** What a status is called, and its colour. */
export const statuses: Record<DeliveryStatus, { label: string; tone: Tone }> = {
  waiting: { label: 'Waiting', tone: 'info' },
  queued: { label: 'Queued', tone: 'warn' },
  sending: { label: 'Sending', tone: 'accent' },
  sent: { label: 'Sent', tone: 'good' },
  skipped: { label: 'Skipped', tone: 'neutral' },
  failed: { label: 'Failed', tone: 'bad' },
  unknown: { label: 'Unknown', tone: 'bad' },
};

export const surveyNames = {
  csat: 'CSAT (1–5)',
  nps: 'NPS (0–10)',
  ces: 'CES (1–7)',
  thumbs: 'Thumbs up or down',
} as const;

export const scopeNames: Record<Key['scope'], string> = { admin: 'Admin', gateway: 'Gateway', read: 'Read only' };
