import * as z from 'zod';
import { availabilityProblems, isTimeZone } from '../../availability/hours';
import { id, instant, instantFilter, issue, pageQuery, text, wholeNumber, yearSeconds } from './common';

const hours = {
  from: z.string().max(10).meta({
    description: 'When it opens, local time, included.',
    example: '09:00',
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  }),
  to: z.string().max(10).meta({
    description: 'When it closes, local time, excluded; earlier than `from`: on the next day.',
    example: '17:30',
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
  }),
};

const weekday = z
  .enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'])
  .meta({ description: 'The day on which the hours begin.', example: 'monday' });

const weekly = z
  .array(z.strictObject({ day: weekday, ...hours }))
  .max(350)
  .meta({
    description: 'The hours of every week. Hours of one day must not overlap.',
    example: [{ day: 'monday', from: '09:00', to: '17:30' }],
  });

const exceptions = z
  .array(
    z.strictObject({
      date: z.string().max(20).meta({ description: 'A local date.', example: '2026-12-25', format: 'date' }),
      hours: z
        .array(z.strictObject(hours))
        .max(50)
        .meta({ description: 'All hours of that date; none: closed.', example: [] }),
    }),
  )
  .max(1_000)
  .default([])
  .meta({
    description: 'Dates with hours of their own, such as holidays.',
    example: [{ date: '2026-12-25', hours: [] }],
  });

export const availability = z
  .discriminatedUnion('mode', [
    z.strictObject({
      mode: z.literal('always').meta({ description: 'Day and night.', example: 'always' }),
    }),
    z.strictObject({
      mode: z.literal('hours').meta({ description: 'In these hours only.', example: 'hours' }),
      weekly,
      exceptions,
    }),
  ])
  .check((context) => {
    for (const problem of availabilityProblems(context.value)) {
      context.issues.push(issue(context.value, problem.code, problem.message, problem.path));
    }
  })
  .meta({
    id: 'Availability',
    description: 'When the agent may be spoken for, in its time zone.',
    example: { mode: 'hours', weekly: [{ day: 'monday', from: '09:00', to: '17:30' }], exceptions: [] },
  });

const timeZone = z
  .string()
  .max(100)
  .check((context) => {
    if (!isTimeZone(context.value)) {
      context.issues.push(issue(context.value, 'unknown_time_zone', 'must be a name of the IANA time zone database'));
    }
  })
  .meta({ description: 'A name of the IANA time zone database.', example: 'Europe/Madrid' });

const maxLatenessSeconds = wholeNumber(
  1,
  yearSeconds,
  'A followup that would be sent later than planned by more than this is skipped. null: its delay, held between 15 minutes and 6 hours.',
  3_600,
).nullable();

const maxFollowupsPerSession = wholeNumber(
  1,
  1_000,
  'At most so many followups are sent in one session. null: no limit but one of each.',
  2,
).nullable();

const queueRelease = z.enum(['spaced', 'together']).meta({
  description:
    'What happens at opening to several followups that were queued: `spaced` keeps the distances that their delays give them, `together` sends all at once.',
  example: 'spaced',
});

const name = text(120, 'What people call the agent.', 'Ada of Acme support');

export const agentInput = z
  .strictObject({
    name,
    identity: z.strictObject({ timeZone, availability: availability.default({ mode: 'always' }) }).meta({
      description: 'Where and when the agent lives.',
      example: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } },
    }),
    queueRelease: queueRelease.default('spaced'),
    maxLatenessSeconds: maxLatenessSeconds.default(null),
    maxFollowupsPerSession: maxFollowupsPerSession.default(null),
  })
  .meta({
    id: 'AgentInput',
    example: {
      name: 'Ada of Acme support',
      identity: {
        timeZone: 'Europe/Madrid',
        availability: { mode: 'hours', weekly: [{ day: 'monday', from: '09:00', to: '17:30' }], exceptions: [] },
      },
    },
  });

export type AgentInput = z.output<typeof agentInput>;

export const agentAnswer = z
  .strictObject({
    id: id('agt', 'The agent.'),
    name,
    identity: z.strictObject({ timeZone, availability }).meta({ description: 'Where and when the agent lives.' }),
    queueRelease,
    maxLatenessSeconds,
    maxFollowupsPerSession,
    revision: wholeNumber(1, 2 ** 31 - 1, 'Counts the edits; it is the ETag.', 1),
    createdAt: instant('When it was created.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Agent' });

export type AgentAnswer = z.output<typeof agentAnswer>;

export const agentListQuery = z.strictObject({ ...pageQuery });

export const availabilityQuery = z.strictObject({
  at: instantFilter('The instant that is asked for; default: now.').optional(),
});

export const availabilityAnswer = z
  .strictObject({
    at: instant('The instant that was asked for.'),
    open: z.boolean().meta({ description: 'Whether the agent is available then.', example: true }),
    until: instant('Open until then; null: closed, or it does not close within 366 days.').nullable(),
    opensAt: instant('Opens then; null: open, or it does not open within 366 days.').nullable(),
  })
  .meta({ id: 'AvailabilityState' });
