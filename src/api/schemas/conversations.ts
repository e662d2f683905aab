import * as z from 'zod';
import { id } from './common';

/** Part of a workflow id and of URLs, so a small alphabet: RFC 3986's unreserved characters and those of addresses. */
export const conversationId = z
  .string()
  .regex(/^[A-Za-z0-9._~@+:=-]{1,200}$/)
  .meta({ description: 'The conversation, as the gateway names it.', example: 'visitor-4711' });

export const conversationParams = z.strictObject({
  channelId: id('ch', 'The channel.'),
  conversationId,
});
