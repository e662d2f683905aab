import * as z from 'zod';
import { exampleIds, id, instant, instantInput, issue, pageQuery, text } from './common';

const scope = z.enum(['admin', 'gateway', 'read']).meta({
  description: '`admin`: everything. `gateway`: report messages, read sessions and its channels. `read`: every GET.',
  example: 'gateway',
});
const name = text(120, 'What the key is for.', 'Web shop gateway');
const channelIds = z
  .array(id('ch', 'A channel.'))
  .min(1)
  .max(200)
  .nullable()
  .meta({ description: 'The channels that a gateway key may speak for. null: all.', example: [exampleIds.ch] });

export const keyInput = z
  .strictObject({
    name,
    scope,
    channelIds: channelIds.default(null),
    expiresAt: instantInput('When it stops working. null: never.', '2027-11-30T09:00:00.000Z').nullable().default(null),
  })
  .check((context) => {
    const { scope, channelIds, expiresAt } = context.value;
    if (channelIds !== null && scope !== 'gateway') {
      context.issues.push(
        issue(channelIds, 'not_allowed', 'is for keys with the scope "gateway" only: leave it out', ['channelIds']),
      );
    }
    if (expiresAt !== null && !(new Date(expiresAt).getUTCFullYear() <= 9999)) {
      context.issues.push(issue(expiresAt, 'out_of_range', 'must lie before the year 10000', ['expiresAt']));
    }
  })
  .meta({ id: 'KeyInput', example: { name: 'Web shop gateway', scope: 'gateway', channelIds: [exampleIds.ch] } });

export const keyAnswer = z
  .strictObject({
    id: id('key', 'The key.'),
    name,
    scope,
    channelIds,
    prefix: z.string().meta({ description: 'Its first characters, to recognise it by.', example: 'fup_Xq3v' }),
    expiresAt: instant('When it stops working; null: never.').nullable(),
    revokedAt: instant('Since when it does not work any more.').nullable(),
    lastUsedAt: instant('When it was last used, to a minute.').nullable(),
    createdAt: instant('When it was created.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Key' });

export type KeyAnswer = z.output<typeof keyAnswer>;

export const keyCreatedAnswer = keyAnswer
  .extend({
    key: z.string().meta({
      description: 'The key itself. Shown this once.',
      example: 'fup_Xq3vT1mQ0wZ8sYb5cN2dKf7gH4jLpR6uE9iOaSxVtBk',
    }),
  })
  .meta({ id: 'KeyCreated' });

export const keyListQuery = z.strictObject({ ...pageQuery });
