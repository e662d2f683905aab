import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/client';
import type { SurveyType } from '../../src/db/schema';
import { deliveryId, newId } from '../../src/ids';
import { surveyScales } from '../../src/surveys/scales';
import { seeded } from './random';

/** How a followup has fared: what is made up of it follows from this. */
export type Habits = {
  perDay: number;
  /** From the first day to the last: 0.5 for half as many again. */
  growth: number;
  responseRate: number;
  survey?: { type: SurveyType; rate: number; mean: number; spread: number };
};

export type Past = {
  followupId: string;
  agentId: string;
  channels: { id: string; prefix: string }[];
  delaySeconds: number;
  title: string;
  message: string;
  habits: Habits;
};

const days = 44;
const dayMs = 86_400_000;
/** From Sunday on: how busy a day of the week is. */
const weekdays = [0.55, 1.1, 1.15, 1.1, 1.05, 1, 0.65];

type Random = () => number;

/** From the middle of the bell, in standard deviations. */
const bell = (random: Random) => random() + random() + random() + random() + random() + random() - 3;

type Sent = {
  past: Past;
  channel: Past['channels'][number];
  sentAtMs: number;
  responseAtMs: number | null;
  score: number | null;
  status: 'sent' | 'unknown' | 'failed';
};

function scoreOf({ type, mean, spread }: NonNullable<Habits['survey']>, random: Random): number {
  const { min, max } = surveyScales[type];
  return Math.min(max, Math.max(min, Math.round(mean + bell(random) * spread)));
}

function sentOf(past: Past, sentAtMs: number, random: Random, nowMs: number): Sent {
  const { responseRate, survey } = past.habits;
  const fate = random();
  const status = fate < 0.012 ? 'failed' : fate < 0.018 ? 'unknown' : 'sent';
  // Most who come back do so within minutes, some after hours.
  const responseAtMs = sentAtMs + Math.exp(6.2 + bell(random) * 1.9) * 1_000;
  const responds = status === 'sent' && random() < responseRate && responseAtMs < nowMs;
  const answers = survey && status === 'sent' && random() < survey.rate;
  const share = random();
  const { length } = past.channels;
  const channel = past.channels[share < 0.5 ? 0 : share < 0.8 ? 1 % length : length - 1] ?? { id: '', prefix: '' };
  return {
    ...{ past, sentAtMs, status, channel },
    responseAtMs: responds ? responseAtMs : null,
    score: answers ? scoreOf(survey, random) : null,
  };
}

/** It is eleven o'clock at the agent, who works from eight to six. */
const withinHours = (random: Random) => (random() * 9 - 2.4) * 3_600_000;

function sentBy(past: Past, random: Random, nowMs: number): Sent[] {
  const all: Sent[] = [];
  for (let day = days; day >= 0; day -= 1) {
    const thisTimeMs = nowMs - day * dayMs;
    const busy = weekdays[new Date(thisTimeMs).getUTCDay()] ?? 1;
    const trend = 1 + past.habits.growth * (0.5 - day / days);
    const count = Math.round(past.habits.perDay * busy * trend * (1 + bell(random) * 0.16));
    for (let index = 0; index < count; index += 1)
      all.push(sentOf(past, thisTimeMs + withinHours(random), random, nowMs));
  }
  return all.filter(({ sentAtMs }) => sentAtMs < nowMs);
}

const iso = (ms: number) => new Date(ms).toISOString();
const reasons = { sent: 'sent', unknown: 'unknown', failed: 'gateway_rejected' };

/** @param index counts the rows */
function rowsOf(sent: Sent, index: number, random: Random) {
  const { past, channel, sentAtMs, status } = sent;
  const sessionId = newId('ses');
  const conversationId = `${channel.prefix}-${10_000 + ((index * 7_919) % 89_999)}`;
  const shared = { channel_id: channel.id, agent_id: past.agentId, conversation_id: conversationId };
  const session = { ...shared, id: sessionId, ...sessionRow(sent, `session/${channel.id}/${conversationId}`, random) };
  const id = deliveryId(sessionId, past.followupId);
  const delivery = { ...shared, id, session_id: sessionId, ...deliveryRow(sent, `msg-${100_000 + index}`) };
  const durationMs = Math.round(60 + Math.exp(4 + bell(random) * 0.8));
  const at = iso(sentAtMs);
  const attempt = {
    ...{ delivery_id: id, attempt: 1, claimed_at: at, asked_at: at, sending_at: at },
    ...{ finished_at: iso(sentAtMs + durationMs), duration_ms: durationMs },
    outcome: { sent: 'sent', unknown: 'lost', failed: 'rejected' }[status],
    http_status: { sent: 200, unknown: null, failed: 422 }[status],
  };
  return { session, delivery, attempt };
}

function sessionRow({ past, sentAtMs, responseAtMs, status }: Sent, workflowId: string, random: Random) {
  const anchorAtMs = sentAtMs - past.delaySeconds * 1_000;
  const startedAt = iso(anchorAtMs - 600_000);
  const run = randomUUID();
  const { followupId, title } = past;
  const times = { dueAtMs: sentAtMs, sendAtMs: sentAtMs };
  return {
    ...{ workflow_id: workflowId, opened_by_run_id: run, first_run_id: run, run_id: run },
    ...{ status: 'ended', plan_revision: 1, started_at: startedAt, created_at: startedAt },
    ended_at: iso((responseAtMs ?? sentAtMs) + 900_000),
    ended_by: random() < 0.6 ? 'gateway' : 'idle',
    outcome: random() < 0.62 ? 'resolved' : random() < 0.5 ? 'unresolved' : null,
    last_agent_message_at: iso(anchorAtMs),
    last_user_message_at: iso(responseAtMs ?? anchorAtMs - 600_000),
    followups: [{ followupId, title, status, reason: reasons[status], detail: null, ...times }],
  };
}

function deliveryRow({ past, sentAtMs, responseAtMs, status, score }: Sent, messageId: string) {
  const at = iso(sentAtMs);
  const isSent = status === 'sent';
  return {
    ...{ followup_id: past.followupId, followup_revision: 1, status, reason: reasons[status], message: past.message },
    ...{ anchor_at: iso(sentAtMs - past.delaySeconds * 1_000), due_at: at, send_at: at, sent_at: isSent ? at : null },
    ...{ created_at: at, updated_at: at, gateway_message_id: isSent ? messageId : null },
    response_at: responseAtMs === null ? null : iso(responseAtMs),
    ...{ survey_type: past.habits.survey?.type ?? null, survey_score: score },
    survey_answered_at: score === null ? null : iso(sentAtMs + 600_000),
  };
}

/** Weeks of deliveries, each with its session and attempt, straight into the database, whose triggers count them. */
export async function addHistory({ sql }: Database, pasts: Past[], nowMs: number): Promise<void> {
  const random = seeded(4_711);
  const rows = pasts
    .flatMap((past) => sentBy(past, random, nowMs))
    .sort((one, other) => one.sentAtMs - other.sentAtMs)
    .map((sent, index) => rowsOf(sent, index, random));
  await sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    const insert = (table: string, values: object[]) => {
      const columns = tx(Object.keys(values[0] ?? {}));
      return tx`insert into ${tx(table)} (${columns})
        select ${columns} from jsonb_populate_recordset(null::${tx(table)}, ${JSON.stringify(values)}::text::jsonb)`;
    };
    await insert(
      'sessions',
      rows.map(({ session }) => session),
    );
    await insert(
      'deliveries',
      rows.map(({ delivery }) => delivery),
    );
    await insert(
      'delivery_attempts',
      rows.map(({ attempt }) => attempt),
    );
  });
}
