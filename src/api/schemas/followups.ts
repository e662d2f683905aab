import * as z from 'zod';
import { exampleIds, id, instant, issue, pageQuery, text, wholeNumber, yearSeconds } from './common';

export const surveyType = z.enum(['csat', 'nps', 'ces', 'thumbs']).meta({
  description: 'A survey that goes with the message: csat 1–5, nps 0–10, ces 1–7, thumbs 0–1.',
  example: 'csat',
});

const fields = {
  title: text(120, 'What people call the followup; users never see it.', 'Still there?'),
  message: text(4_096, 'What is sent to the user.', 'Are you still there? I am happy to help.'),
  delaySeconds: wholeNumber(1, 2_592_000, 'How long after the last agent message, without a reply.', 1_800),
  surveyType: surveyType.nullable(),
  trigger: z.enum(['no_reply', 'conversation_over']).meta({
    description:
      '`no_reply`: the agent waits for the user. `conversation_over`: after an explicit end, or after an agent message with `awaiting: "nobody"`.',
    example: 'no_reply',
  }),
  cooldownSeconds: wholeNumber(
    0,
    yearSeconds,
    'Not sent again in the same conversation within this time. null: 0, or 604,800 with a survey.',
    86_400,
  ).nullable(),
  maxLatenessSeconds: wholeNumber(
    1,
    yearSeconds,
    'Skipped when it would be sent later than planned by more than this. null: as the agent says.',
    3_600,
  ).nullable(),
  status: z.enum(['active', 'inactive']).meta({ description: 'Whether it is at work.', example: 'active' }),
};

const channelIds = z.array(id('ch', 'A channel.')).max(200);
const channelIdsMeta = { description: 'Where it works: channels of one agent.', example: [exampleIds.ch] };

const distinctChannels = channelIds
  .check((context) => {
    const twice = context.value.find((channelId, index) => context.value.indexOf(channelId) !== index);
    if (twice !== undefined) {
      context.issues.push(issue(context.value, 'duplicate', `must name each channel once, but names ${twice} twice`));
    }
  })
  .meta(channelIdsMeta);

export const followupInput = z
  .strictObject({
    title: fields.title,
    message: fields.message,
    delaySeconds: fields.delaySeconds,
    surveyType: fields.surveyType.default(null),
    trigger: fields.trigger.default('no_reply'),
    cooldownSeconds: fields.cooldownSeconds.default(null),
    maxLatenessSeconds: fields.maxLatenessSeconds.default(null),
    channelIds: distinctChannels.min(1).meta({ ...channelIdsMeta, uniqueItems: true }),
    status: fields.status.default('active'),
  })
  .meta({
    id: 'FollowupInput',
    example: {
      title: 'Still there?',
      message: 'Are you still there? I am happy to help.',
      delaySeconds: 1_800,
      channelIds: [exampleIds.ch],
    },
  });

export type FollowupInput = z.output<typeof followupInput>;

/** A followup whose channels were all deleted can be edited without giving it others. */
export const followupWithoutChannelsInput = followupInput.extend({ channelIds: distinctChannels });

export const followupAnswer = z
  .strictObject({
    id: id('flw', 'The followup.'),
    agentId: id('agt', 'The agent of its channels.'),
    ...fields,
    channelIds: channelIds.meta(channelIdsMeta),
    revision: wholeNumber(1, 2 ** 31 - 1, 'Counts the edits; it is the ETag.', 1),
    warnings: z
      .array(
        z.strictObject({
          code: z
            .enum(['never_within_messaging_window'])
            .meta({ description: 'The kind of warning.', example: 'never_within_messaging_window' }),
          message: z.string().meta({
            description: 'What will not work as its author may expect.',
            example: 'On the channel "Web shop chat" it can never be sent: …',
          }),
        }),
      )
      .meta({ description: 'Accepted, but probably not meant so.', example: [] }),
    createdAt: instant('When it was created.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Followup' });

export type FollowupAnswer = z.output<typeof followupAnswer>;

export const followupListQuery = z.strictObject({
  ...pageQuery,
  agentId: id('agt', 'Followups of this agent only.').optional(),
  channelId: id('ch', 'Followups of this channel only.').optional(),
  status: fields.status.optional(),
  q: text(200, 'Followups whose title or message contains this, whatever the case.', 'still there').optional(),
});
