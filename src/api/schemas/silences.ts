import * as z from 'zod';
import { id, instantFilter } from './common';

export const silencesQuery = z.strictObject({
  from: instantFilter('Silences that began at this time or later.').optional(),
  to: instantFilter('Silences that began before this time.').optional(),
});

const count = (description: string, example: number) => z.int().meta({ description, example });
const seconds = (description: string, example: number) => z.int().nullable().meta({ description, example });

export const silencesAnswer = z
  .strictObject({
    channelId: id('ch', 'The channel.'),
    silences: count('Silences of a minute or longer, of sessions that have closed.', 500),
    nudged: count(
      'In these a followup was sent, so nobody can tell how they would have ended. They count no further.',
      90,
    ),
    endedBy: z
      .strictObject({
        user: count('The user came back.', 240),
        agent: count('The agent spoke again.', 20),
        operator: count('A human took over.', 10),
        end: count('The conversation was ended.', 100),
        idle: count('Nobody came back.', 40),
      })
      .meta({ description: 'What ended the others.' }),
    medianSeconds: seconds('Half of those who came back by themselves did within this time; null: nobody did.', 240),
    within80Seconds: seconds('80 % of those who came back by themselves did within this time; null: nobody did.', 840),
    cameBack: z
      .array(
        z.strictObject({
          fromSeconds: count('After at least so long …', 120),
          toSeconds: seconds('… and less than this; null: without an end.', 300),
          count: count('So many users came back by themselves.', 80),
          share: z
            .number()
            .nullable()
            .meta({ description: 'Of all who did, so many had by the end of this time; 0 to 1.', example: 0.62 }),
        }),
      )
      .meta({ description: 'When users came back by themselves, the quickest first.' }),
    advice: z.string().nullable().meta({
      description: 'The same in a sentence, for whoever chooses a delay; null: nobody came back by themselves.',
      example: 'Of those who come back by themselves, 80 % do within 14 minutes.',
    }),
  })
  .meta({ id: 'Silences' });

export type SilencesAnswer = z.output<typeof silencesAnswer>;
