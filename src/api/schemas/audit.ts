import * as z from 'zod';
import { auditActions } from '../audit';
import { exampleIds, id, instant, instantFilter, pageQuery } from './common';

const kind = z
  .enum(['agent', 'channel', 'followup', 'key', 'conversation'])
  .meta({ description: 'What kind of thing was changed.', example: 'followup' });

export const auditEntryAnswer = z
  .strictObject({
    id: z.int().meta({ description: 'Rises with every entry.', example: 4711 }),
    at: instant('When it was changed.'),
    keyId: id('key', 'The API key that did it.'),
    keyName: z.string().meta({ description: 'The name of the key at that time.', example: 'Console' }),
    action: z.enum(auditActions).meta({ description: 'What was done.', example: 'edit' }),
    kind,
    thingId: z.string().meta({
      description: 'What was changed. A conversation is named by its channel and a pseudonym.',
      example: exampleIds.flw,
    }),
    changes: z
      .record(
        z.string(),
        z.strictObject({
          from: z.unknown().meta({ description: 'What it was; null: not there.', example: 1_800 }),
          to: z.unknown().meta({ description: 'What it became; null: not there any more.', example: 900 }),
        }),
      )
      .meta({
        description: 'By field, what it was and what it became. Never a secret.',
        example: { delaySeconds: { from: 1_800, to: 900 } },
      }),
  })
  .meta({ id: 'AuditEntry' });

export type AuditEntryAnswer = z.output<typeof auditEntryAnswer>;

export const auditListQuery = z.strictObject({
  ...pageQuery,
  kind: kind.optional(),
  thingId: z.string().min(1).max(300).optional().meta({
    description:
      'Changes of this thing only: its id; of a conversation `{channelId}/{conversationId}`, with the id that the gateway gave it.',
    example: exampleIds.flw,
  }),
  keyId: id('key', 'Changes by this API key only.').optional(),
  from: instantFilter('Changed at this time or later.').optional(),
  to: instantFilter('Changed before this time.').optional(),
});

export const historyQuery = z.strictObject({ ...pageQuery });
