import * as z from 'zod';

export const healthAnswer = z
  .strictObject({ status: z.literal('ok').meta({ description: 'The process answers.', example: 'ok' }) })
  .meta({ id: 'Health' });

export const readinessAnswer = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']).meta({ description: 'Whether every part answers.', example: 'ready' }),
    checks: z
      .record(
        z.string(),
        z.strictObject({
          ok: z.boolean().meta({ description: 'Whether it answers.', example: true }),
          detail: z.string().optional().meta({ description: 'What is wrong.', example: 'no answer within 2000 ms' }),
        }),
      )
      .meta({ description: 'By part.', example: { postgres: { ok: true }, temporal: { ok: true } } }),
  })
  .meta({ id: 'Readiness' });
