import * as z from 'zod';
import { id, instant, issue, text } from './common';

const secret = (description: string, example: string) =>
  z
    .string()
    .regex(/^\S{1,512}$/)
    .meta({ description, example });

export const signInInput = z
  .strictObject({
    code: secret(
      'The code of the link that the service shows when it starts. Works once, for 15 minutes.',
      'q3VvT1mQ0wZ8sYb5cN2dKf7gH4jLpR6uE9iOaSxVtBk',
    ).optional(),
    apiKey: secret(
      'An API key with the scope `admin` or `read`.',
      'fup_Xq3vT1mQ0wZ8sYb5cN2dKf7gH4jLpR6uE9iOaSxVtBk',
    ).optional(),
  })
  .check((context) => {
    const { code, apiKey } = context.value;
    if ((code === undefined) === (apiKey === undefined)) {
      context.issues.push(issue(context.value, 'one_of', 'must have either "code" or "apiKey"'));
    }
  })
  .meta({
    id: 'SignInInput',
    description: 'Either a code or a key.',
    minProperties: 1,
    maxProperties: 1,
    example: { apiKey: 'fup_Xq3vT1mQ0wZ8sYb5cN2dKf7gH4jLpR6uE9iOaSxVtBk' },
  });

const session = z.strictObject({
  csrfToken: z.string().meta({
    description: 'To be sent as `X-CSRF-Token` with every call that changes something. The same for the whole session.',
    example: '3f7a0e5c9b1d2f4a6c8e0b3d5f7a9c1e2d4f6a8b0c1e3d5f7a9b2c4d6e8f0a1b',
  }),
  scope: z.enum(['admin', 'read']).meta({ description: 'What the session may do.', example: 'admin' }),
  keyName: text(120, 'The name of the key that it acts as.', 'admin'),
  keyId: id('key', 'The key that it acts as.'),
  expiresAt: instant('When it ends, unless its key does before.'),
});

export const signInAnswer = session.meta({ id: 'ConsoleSession' });

export type SignInAnswer = z.output<typeof signInAnswer>;

const temporal = z.strictObject({
  uiUrl: z
    .url()
    .nullable()
    .meta({ description: "Temporal's Web UI; null: not known.", example: 'http://127.0.0.1:8233' }),
  namespace: z.string().meta({ description: 'The namespace.', example: 'default' }),
  taskQueue: z.string().meta({ description: 'The task queue of the sessions.', example: 'followups' }),
  address: z.string().nullable().meta({ description: 'Host and port; null: not known.', example: '127.0.0.1:7233' }),
});

export const consoleSessionAnswer = session
  .extend({
    service: z
      .strictObject({
        version: z.string().meta({ description: 'The version of the service.', example: '0.1.0' }),
        publicUrl: z.url().meta({ description: 'Where the API is reached.', example: 'http://127.0.0.1:3000' }),
        temporal: temporal.meta({ description: 'Where the sessions are, for those who signal them directly.' }),
      })
      .meta({ description: 'What the console tells of the service.' }),
  })
  .meta({ id: 'ConsoleSessionDetails', description: 'The session, and the service that it is for.' });
