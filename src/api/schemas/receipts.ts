import * as z from 'zod';
import { instant } from './common';

const receiptStatus = z.enum(['delivered', 'read', 'failed']).meta({
  description:
    '`read` counts for more than `delivered`, and `delivered` for more than `failed`, in whatever order they come.',
  example: 'delivered',
});

export const receiptInput = z
  .strictObject({
    status: receiptStatus,
    code: z.string().min(1).max(100).nullish().meta({
      description: "The channel's own word for it, such as an error code.",
      example: '131047',
    }),
  })
  .meta({ id: 'ReceiptInput', example: { status: 'delivered' } });

export const receiptAnswer = z
  .strictObject({
    status: receiptStatus,
    code: z
      .string()
      .nullable()
      .meta({ description: "The channel's own word for it, such as an error code.", example: '131047' }),
    at: instant('When it was reported.'),
  })
  .meta({ id: 'Receipt', description: 'What the gateway learned later.' });
