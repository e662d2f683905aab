import * as z from 'zod';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import { sessionCookie } from './console-session/cookie';
import { csrfHeader } from './console-session/forgery';
import { exampleIdempotencyKey, idempotencyKeyPattern } from './idempotency';
import type { DocumentedAnswer, Operation } from './operation';
import { type ProblemCode, problemKinds } from './problems';
import { problemSchema } from './schemas/common';
import { exampleEventId, streamEvent } from './schemas/events';
import { healthAnswer, readinessAnswer } from './schemas/health';
import { followupSend, followupSendAnswer } from './schemas/webhooks';
import { bodyTypes } from './serve-operation';

const headers = {
  ETag: {
    description: 'The revision, for If-Match.',
    schema: { type: 'string', examples: ['"1"'] },
  },
  Location: { description: 'The path of what was created.', schema: { type: 'string' } },
  'X-Request-Id': { description: 'Names the request in the log.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  RateLimit: {
    description: 'What the key has left (`r`) of the named limit, and the seconds until all is there again (`t`).',
    schema: { type: 'string', examples: ['"requests";r=499;t=1'] },
  },
  'RateLimit-Policy': {
    description:
      'The limit of the key for calls of this kind: `q` at once, which come back evenly over `w` seconds. Absent where there is none.',
    schema: { type: 'string', examples: ['"requests";q=500;w=10'] },
  },
  'WWW-Authenticate': { description: 'The scheme: Bearer.', schema: { type: 'string' } },
} as const;

const pick = (names: readonly (keyof typeof headers)[]) =>
  Object.fromEntries([...names, 'X-Request-Id' as const].map((name) => [name, headers[name]]));

/** The kinds of problem that a call can be answered with. */
function problemsOf(operation: Operation): ProblemCode[] {
  const codes: ProblemCode[] = ['malformed_request', 'unauthorized', 'forbidden'];
  if (operation.method !== 'get') codes.push('csrf_failed');
  if (operation.params) codes.push('not_found');
  if (operation.conditional) codes.push('precondition_failed');
  if (operation.body) codes.push('malformed_json', 'body_too_large', 'unsupported_media_type');
  if (operation.idempotent || operation.problems?.includes(409)) codes.push('conflict');
  codes.push('validation_failed');
  codes.push('too_many_requests', 'internal_error', 'temporarily_unavailable');
  return codes;
}

function problemAnswers(codes: ProblemCode[]) {
  const statuses = [...new Set(codes.map((code) => problemKinds[code].status))];
  const kinds = (status: number) => codes.filter((code) => problemKinds[code].status === status);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: kinds(status)
          .map((code) => `${problemKinds[code].title} (\`${code}\`)`)
          .join('; '),
        headers: pick([
          ...(status === 401 ? (['WWW-Authenticate'] as const) : rateLimitHeaders),
          ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
        ]),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

const rateLimitHeaders = ['RateLimit', 'RateLimit-Policy'] as const;

const answerOf = (
  { description, schema, headers: names = [], mediaType = 'application/json' }: DocumentedAnswer,
  more: readonly (keyof typeof headers)[] = [],
) => ({
  description,
  headers: pick([...names, ...more]),
  ...(schema ? { content: { [mediaType]: { schema } } } : {}),
});

/** Every field may be left out (it stays) or be null (back to its default): the whole that comes out is validated. */
function patchSchema(schema: z.ZodObject): z.ZodObject {
  const { id } = z.globalRegistry.get(schema) ?? {};
  const shape = Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [name, patchField(field as z.ZodType)]),
  );
  return z.strictObject(shape).meta({
    ...(id ? { id: id.replace(/Input$/, 'Patch') } : {}),
    description: 'A JSON Merge Patch (RFC 7396).',
  });
}

/** A default would say that a field left out is set. Objects are merged, field by field. */
function patchField(field: z.ZodType): z.ZodType {
  const { id: _, ...meta } = z.globalRegistry.get(field) ?? {};
  if (field instanceof z.ZodDefault || field instanceof z.ZodNullable) {
    return patchField(field.unwrap() as z.ZodType).meta(meta);
  }
  if (field instanceof z.ZodObject) return patchSchema(field).nullish().meta(meta);
  return field.nullish().meta(meta);
}

const ifMatchHeader = z.string().optional().meta({
  description: 'The ETag that the change is made for; another revision by now: 412.',
  example: '"1"',
});

const idempotencyKeyHeader = z.string().regex(idempotencyKeyPattern).optional().meta({
  description:
    'A name for this request, new for each, so that it can be sent again without being made twice: for 24 hours the same request gets the same answer. While the first still runs: 409; for another request: 422.',
  example: exampleIdempotencyKey,
});

const lastEventIdHeader = z.string().optional().meta({
  description: 'The id of the last event that the caller has: the stream goes on right after it.',
  example: exampleEventId,
});

/** A key, or the console's cookie in its place, with the token where something is changed. */
function securityOf({ access, method }: Operation): Record<string, string[]>[] {
  if (access === 'open') return [];
  if (access === 'visitor') return [{ visitor: [] }];
  const session = { session: [], ...(method === 'get' ? {} : { csrfToken: [] }) };
  return access === 'session' ? [session] : [{ bearer: [] }, session];
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const honoured = {
    ...(operation.conditional ? { 'If-Match': ifMatchHeader } : {}),
    ...(operation.idempotent ? { 'Idempotency-Key': idempotencyKeyHeader } : {}),
    ...(operation.resumable ? { 'Last-Event-ID': lastEventIdHeader } : {}),
  };
  const tagged = Object.values(operation.answers).some((answer) => answer.headers?.includes('ETag'));
  return {
    operationId: operation.name,
    tags: [operation.tag],
    summary: operation.summary,
    description: [
      operation.description,
      operation.access === 'open'
        ? 'Needs no key.'
        : operation.access === 'visitor'
          ? 'Needs the token of a visitor of this channel.'
          : `Scopes: ${[...new Set(['admin', ...operation.scopes])].map((scope) => `\`${scope}\``).join(', ')}.`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    security: securityOf(operation),
    requestParams: {
      ...(operation.params ? { path: operation.params } : {}),
      ...(operation.query ? { query: operation.query } : {}),
      ...(Object.keys(honoured).length > 0 ? { header: z.object(honoured) } : {}),
    },
    ...(operation.body
      ? {
          requestBody: {
            required: !operation.bodyOptional,
            content: Object.fromEntries(
              bodyTypes(operation).map((type) => [
                type,
                {
                  schema: operation.bodyKind === 'merge-patch' ? patchOf(operation.body as z.ZodType) : operation.body,
                },
              ]),
            ),
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer, rateLimitHeaders)]),
      ),
      ...(tagged && operation.method === 'get'
        ? { '304': { description: 'Unchanged: If-None-Match names the revision.', headers: pick(['ETag']) } }
        : {}),
      ...problemAnswers(problemsOf(operation)),
    },
  } as ZodOpenApiOperationObject;
}

const patches = new Map<z.ZodType, z.ZodType>();

/** One schema object for each, so that the document holds it once. */
function patchOf(schema: z.ZodType): z.ZodType {
  const known = patches.get(schema) ?? patchSchema(schema as z.ZodObject);
  patches.set(schema, known);
  return known;
}

type JsonSchema = { [key: string]: unknown };

/** What is said of a value that may be null belongs to the whole, where readers and tools look for it. */
function hoistFromNullable(schema: JsonSchema): void {
  if (!Array.isArray(schema.anyOf) || schema.anyOf.length !== 2) return;
  const [value, other] = schema.anyOf as [JsonSchema, JsonSchema];
  if (other.type !== 'null' || '$ref' in value) return;
  for (const key of ['description', 'example'] as const) {
    if (value[key] !== undefined) schema[key] ??= value[key];
  }
}

const machinePaths = {
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tags: ['Operations'],
      summary: 'Is the process alive?',
      security: [],
      responses: { '200': answerOf({ description: 'Alive.', schema: healthAnswer }) },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tags: ['Operations'],
      summary: 'Does every part answer?',
      security: [],
      responses: {
        '200': answerOf({ description: 'Ready.', schema: readinessAnswer }),
        '503': answerOf({ description: 'Not ready.', schema: readinessAnswer }),
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['Operations'],
      summary: 'Metrics for Prometheus',
      security: [],
      responses: {
        '200': {
          description: 'In the text format of Prometheus.',
          headers: pick([]),
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
      },
    },
  },
} as unknown as ZodOpenApiObject['paths'];

const webhooks: NonNullable<ZodOpenApiObject['webhooks']> = {
  followupSend: {
    post: {
      operationId: 'followupSend',
      tags: ['Gateway'],
      summary: 'A followup for the gateway to deliver',
      description:
        'Sent to the endpoint of the channel, signed as Standard Webhooks says (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Attempts at one delivery have the same `webhook-id`.',
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema: followupSend } } },
      responses: {
        '200': {
          description: 'Delivered. The body may be left out.',
          content: { 'application/json': { schema: followupSendAnswer } },
        },
      },
    },
  },
};

/** The OpenAPI 3.1 document, made from the operations that serve, and the schemas that validate. */
export function openApiDocument(operations: Operation[], publicUrl: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[operation.method] = operationObject(operation);
    paths[operation.path] = path;
  }
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Followups',
        version: '1.0.0',
        description:
          'Sends a message once per session when a conversation with an AI agent has gone quiet. Errors are problems (RFC 9457); unknown fields are refused; lists are newest first and page by cursor.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      paths: { ...paths, ...machinePaths } as NonNullable<ZodOpenApiObject['paths']>,
      webhooks,
      components: {
        // No answer is made of it alone: the stream's text is.
        schemas: { StreamEvent: streamEvent },
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `fup_…`.' },
          session: {
            ...{ type: 'apiKey', in: 'cookie', name: sessionCookie(publicUrl).name },
            description: 'For the console: what `POST /v1/console-session` sets.',
          },
          visitor: {
            ...{ type: 'http', scheme: 'bearer' },
            description: 'The token of a visitor: `wct_…`, from `POST /v1/webchat/{channelId}/visitors`.',
          },
          csrfToken: {
            ...{ type: 'apiKey', in: 'header', name: csrfHeader },
            description: 'With the cookie, where something is changed: the `csrfToken` of `/v1/console-session`.',
          },
        },
      },
    },
    {
      override: ({ jsonSchema, io }) => {
        hoistFromNullable(jsonSchema as JsonSchema);
        // More fields may be added to answers, so a client must not refuse what it does not know.
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    },
  );
}
