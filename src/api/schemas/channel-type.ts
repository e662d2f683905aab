import * as z from 'zod';
import { issue, wholeNumber, yearSeconds } from './common';

/** How long the messages of a web chat are kept, where nothing else is said: 30 days. */
export const defaultTranscriptRetentionSeconds = 2_592_000;

const origin = z
  .string()
  .max(300)
  .check((context) => {
    if (!isOrigin(context.value)) {
      context.issues.push(issue(context.value, 'invalid_origin', 'must be an origin: scheme and host, with no path'));
    }
  })
  .meta({ description: 'Scheme, host and port, as browsers write them.', example: 'https://shop.example.com' });

function isOrigin(text: string): boolean {
  // A browser takes more for a host, which would have a meaning of its own in a page's policy.
  if (!/^[\w.:/[\]-]+$/.test(text)) return false;
  try {
    const { protocol, origin } = new URL(text);
    return (protocol === 'https:' || protocol === 'http:') && origin === text;
  } catch {
    return false;
  }
}

/** What a web chat has beside what every channel has; null on a channel of another type. */
export const webchatSettings = {
  transcriptRetentionSeconds: wholeNumber(
    3_600,
    yearSeconds,
    'Of a web chat: its messages are kept for so long. null: 30 days; on another channel nothing.',
    defaultTranscriptRetentionSeconds,
  ).nullable(),
  allowedOrigins: z
    .array(origin)
    .max(50)
    .nullable()
    .meta({
      description: 'Of a web chat: the origins whose pages may embed it; none: all. null on another channel.',
      example: ['https://shop.example.com'],
    }),
};

type TypedFields = {
  type: 'webhook' | 'webchat';
  endpoint: unknown;
  hashConversationIds: boolean;
  transcriptRetentionSeconds: unknown;
  allowedOrigins: unknown;
};

/** What does not go together with the type of the channel, field by field. */
export function typeIssues(value: TypedFields): ReturnType<typeof issue>[] {
  const issues: ReturnType<typeof issue>[] = [];
  const refuse = (field: keyof TypedFields, code: string, says: string) =>
    issues.push(issue(value[field], code, says, [field]));
  if (value.type === 'webchat') {
    if (value.endpoint !== null)
      refuse(
        'endpoint',
        'not_of_webchat',
        '"endpoint" is not for a web chat, whose gateway is part of the service: leave it out, or give null, for example "endpoint": null.',
      );
    if (value.hashConversationIds)
      refuse(
        'hashConversationIds',
        'not_of_webchat',
        '"hashConversationIds" cannot be true on a web chat, whose conversation ids are random: leave it out, or give false, for example "hashConversationIds": false.',
      );
    return issues;
  }
  if (value.endpoint === null) refuse('endpoint', 'required', 'is required');
  for (const field of ['transcriptRetentionSeconds', 'allowedOrigins'] as const) {
    if (value[field] !== null)
      refuse(
        field,
        'only_webchat',
        `"${field}" is for channels of the type "webchat" alone: leave it out, or give null, for example "${field}": null.`,
      );
  }
  return issues;
}
