import * as z from 'zod';
import { id, issue } from './common';
import { surveyType } from './followups';

const isDate = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value) && z.iso.date().safeParse(value).success;

/** A day, or a time that stands for its day. */
const day = (description: string) =>
  z
    .string()
    .check((context) => {
      const { value } = context;
      if (!isDate(value) && !z.iso.datetime({ offset: true }).safeParse(value).success) {
        context.issues.push(issue(value, 'invalid_day', 'must be a date or a time with an offset'));
        return;
      }
      const year = new Date(value).getUTCFullYear();
      if (!(year >= 1970 && year <= 9998)) {
        context.issues.push(issue(value, 'out_of_range', 'must lie in the years 1970 to 9998'));
      }
    })
    .meta({ description, example: '2026-11-01' });

export const statsRange = {
  from: day(
    'From this day on, in the time zone of the agent. A time stands for its day. Default: everything.',
  ).optional(),
  to: day('Up to this day, which counts as well. A time: the days that begin before it. Default: today.').optional(),
};

export const followupStatsQuery = z.strictObject({
  ...statsRange,
  channelId: id('ch', 'What was sent on this channel only.').optional(),
});

export const channelStatsQuery = z.strictObject(statsRange);

export const agentStatsQuery = z.strictObject({
  from: day('From this day on, in the time zone of the agent. A time stands for its day. Default: 30 days.').optional(),
  to: statsRange.to,
});

const count = (description: string, example: number) => z.int().meta({ description, example });
const share = (description: string, example: number) =>
  z
    .number()
    .nullable()
    .meta({ description: `${description} 0 to 1; null: nothing to tell it from.`, example });

const sent = count('How many were sent.', 400);
const unknown = count('How many may have been sent: the answer of the gateway was lost. They count in no rate.', 2);
const responded = count('How many of the sent ones the user responded to within the response window.', 130);
const responseRate = share('Responded, of sent.', 0.325);
const medianSecondsToResponse = z
  .number()
  .nullable()
  .meta({ description: 'Half of the responses came within this time. null: there were none.', example: 95.2 });

const resolution = z
  .strictObject({
    resolved: count('Sent in a session that ended with the outcome `resolved`.', 90),
    unresolved: count('Sent in a session that ended with the outcome `unresolved`.', 30),
    rate: share('Resolved, of those with an outcome.', 0.75),
  })
  .meta({ description: 'How the sessions ended in which it was sent.' });

export const surveyStats = z
  .strictObject({
    type: surveyType,
    answers: count('How many answered.', 40),
    score: z.number().nullable().meta({
      description:
        'csat: share of 4 and 5, 0 to 1. nps: percentage of 9 and 10 minus that of 0 to 6, −100 to 100. ces: mean, 1 to 7. thumbs: share of 1, 0 to 1. null: no answers.',
      example: 0.85,
    }),
    distribution: z.record(z.string().regex(/^\d{1,2}$/), z.int()).meta({
      description: 'How often each score was given.',
      example: { '1': 1, '2': 2, '3': 3, '4': 14, '5': 20 },
    }),
  })
  .meta({ id: 'SurveyStats' });

const date = z.iso
  .date()
  .meta({ description: 'The day of sending, in the time zone of the agent.', example: '2026-11-30' });

const ofDay = { date, sent, unknown, responded, responseRate };

const range = {
  from: z.iso
    .date()
    .nullable()
    .meta({ description: 'The first day that counts; null: from the first on.', example: '2026-11-01' }),
  to: z.iso.date().meta({ description: 'The last day that counts.', example: '2026-11-30' }),
  timeZone: z
    .string()
    .meta({ description: 'The time zone of the agent, whose days these are.', example: 'Europe/Madrid' }),
};

const figures = { sent, unknown, responded, responseRate, medianSecondsToResponse, resolution };

export const followupStatsAnswer = z
  .strictObject({
    followupId: id('flw', 'The followup.'),
    channelId: id('ch', 'The channel that was asked for.').nullable(),
    ...range,
    ...figures,
    survey: surveyStats.nullable().meta({ description: 'null: it has no survey.' }),
    daily: z
      .array(
        z.strictObject({
          ...ofDay,
          surveyAnswers: count('How many answered the survey.', 4),
          surveyScore: z.number().nullable().meta({ description: 'Their score.', example: 0.75 }),
        }),
      )
      .meta({ description: 'Every day, the oldest first, also those without a send.' }),
  })
  .meta({ id: 'FollowupStats' });

export type FollowupStatsAnswer = z.output<typeof followupStatsAnswer>;

export const channelStatsAnswer = z
  .strictObject({
    channelId: id('ch', 'The channel.'),
    ...range,
    ...figures,
    surveys: z.array(surveyStats).meta({ description: 'By type, of all its followups.' }),
    followups: z
      .array(
        z.strictObject({
          followupId: id('flw', 'The followup.'),
          title: z.string().meta({ description: 'Its title.', example: 'Still there?' }),
          status: z
            .enum(['active', 'inactive', 'deleted'])
            .meta({ description: 'Whether it is at work.', example: 'active' }),
          ...figures,
          survey: surveyStats.nullable().meta({ description: 'null: it has no survey.' }),
        }),
      )
      .meta({ description: 'To compare: each followup that is, or was, at work on the channel, the oldest first.' }),
    daily: z
      .array(z.strictObject(ofDay))
      .meta({ description: 'Every day, the oldest first, also those without a send.' }),
  })
  .meta({ id: 'ChannelStats' });

export type ChannelStatsAnswer = z.output<typeof channelStatsAnswer>;

export const agentStatsAnswer = z
  .strictObject({
    agentId: id('agt', 'The agent.'),
    ...range,
    from: z.iso.date().meta({ description: 'The first day that counts.', example: '2026-11-01' }),
    followups: z
      .array(
        z.strictObject({
          followupId: id('flw', 'The followup.'),
          ...{ sent, unknown, responded, responseRate },
          daily: z
            .array(z.strictObject({ date, sent, responded }))
            .meta({ description: 'The oldest first. Days without a send are left out.' }),
        }),
      )
      .meta({ description: 'Each of its followups that is not deleted, the oldest first.' }),
  })
  .meta({ id: 'AgentStats' });

export type AgentStatsAnswer = z.output<typeof agentStatsAnswer>;
