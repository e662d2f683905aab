import Ajv2020 from 'ajv/dist/2020';
import pino from 'pino';
import * as z from 'zod';
import { apiOperations } from '../../src/api/app';
import { createAuthenticator } from '../../src/api/authenticate';
import type { ApiDeps } from '../../src/api/deps';
import { createApiMetrics } from '../../src/api/metrics';
import { startTestApi, type TestApi } from '../support/api';

let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: a JSON document, walked freely.
let document: any;
beforeAll(async () => {
  api = await startTestApi();
  document = (await api.request('GET', '/openapi.json', { key: null })).body;
});
afterAll(() => api?.stop());

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

// biome-ignore lint/suspicious/noExplicitAny: as above.
const operationsOf = (): { path: string; method: string; operation: any }[] =>
  Object.entries(document.paths as Record<string, Record<string, unknown>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** Every object in a JSON document. */
function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const item of Object.values(value)) yield* objects(item);
}

const resolve = (reference: string) =>
  reference
    .replace(/^#\//, '')
    .split('/')
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    .reduce((at: any, key) => at?.[key], document);

const validator = () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'https://followups.example/openapi.json');
  return ajv;
};

test('the document has what OpenAPI 3.1 asks for', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  const names = operationsOf().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { path, method, operation } of operationsOf()) {
    expect(methods).toContain(method);
    expect(path).toMatch(/^\//);
    expect(operation.summary).toEqual(expect.any(String));
    expect(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
    for (const [status, answer] of Object.entries<{ description: string; headers: object }>(operation.responses)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(answer.description).not.toBe('');
      expect(Object.keys(answer.headers)).toContain('X-Request-Id');
    }
    const parameters = (operation.parameters ?? []) as { in: string; name: string; required?: boolean }[];
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(inPath.map((parameter) => parameter.name).sort()).toEqual(inTemplate.sort());
    for (const parameter of inPath) expect(parameter.required).toBe(true);
    for (const scheme of operation.security.flatMap((each: object) => Object.keys(each))) {
      expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
  }
  for (const name of Object.keys(document.components.schemas)) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
});

test('every reference leads somewhere', () => {
  const references = [...objects(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) expect([reference, resolve(reference)]).not.toEqual([reference, undefined]);
});

test('every schema is one of JSON Schema 2020-12, and its examples fit it', () => {
  const ajv = validator();
  const check = (schema: object, where: string) => {
    const valid = ajv.compile(schema);
    const examples =
      'example' in schema ? [schema.example] : 'examples' in schema ? (schema.examples as unknown[]) : [];
    for (const example of examples) {
      if (!valid(example)) throw new Error(`${where}: ${JSON.stringify(example)} ${ajv.errorsText(valid.errors)}`);
    }
  };
  const absolute = (schema: unknown) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://followups.example/openapi.json#/'));
  const seen = new Set<string>();
  const checkOnce = (schema: unknown) => {
    const text = JSON.stringify(schema);
    if (seen.has(text)) return;
    seen.add(text);
    check(absolute(schema), text.slice(0, 200));
  };
  for (const each of objects(document)) {
    for (const key of ['schema', 'items', 'additionalProperties'] as const) {
      if (typeof each[key] !== 'object') continue;
      checkOnce(each[key]);
    }
    if (typeof each.properties !== 'object' || each.type !== 'object') continue;
    for (const schema of Object.values(each.properties ?? {})) checkOnce(schema);
  }
  expect(seen.size).toBeGreaterThan(100);
});

test('every field and parameter has a description and, but for lists and objects, an example', () => {
  const lacking = new Set<string>();
  const look = (name: string, schema: Record<string, unknown>) => {
    const target = typeof schema.$ref === 'string' ? resolve(schema.$ref) : schema;
    const parts = [schema, target, ...(((target.anyOf ?? target.oneOf) as Record<string, unknown>[]) ?? [])];
    const has = (key: string) => parts.some((part) => part[key] !== undefined);
    const composite = has('properties') || has('items') || parts.some((part) => part.$ref) || target.type === 'null';
    if (!has('description') && !parts.some((part) => typeof part.$ref === 'string'))
      lacking.add(`${name}: description`);
    if (!composite && !has('example') && !has('examples')) lacking.add(`${name}: example`);
  };
  for (const each of objects(document)) {
    if (each.type === 'object' && typeof each.properties === 'object') {
      for (const [name, schema] of Object.entries(each.properties as Record<string, Record<string, unknown>>)) {
        look(name, schema);
      }
    }
    // The keys of security schemes have a place and a name, too.
    if (typeof each.in === 'string' && typeof each.name === 'string' && each.type !== 'apiKey') {
      look(each.name, each.schema as Record<string, unknown>);
    }
  }
  expect([...lacking]).toEqual([]);
});

test('the examples of requests are taken by the schemas that validate', () => {
  const deps = { ...api.deps, logger: pino({ level: 'silent' }) } as ApiDeps;
  const operations = apiOperations(deps, createApiMetrics(), createAuthenticator(deps));
  const bodies = operations.flatMap((operation) => (operation.body ? [operation] : []));
  expect(bodies.length).toBeGreaterThan(8);
  for (const { name, body } of bodies) {
    const example = body && (z.globalRegistry.get(body) as { example?: unknown } | undefined)?.example;
    expect([name, example]).not.toEqual([name, undefined]);
    expect([name, body?.safeParse(example).error]).toEqual([name, undefined]);
  }
});

test('the closed list of statuses and reasons is in the document', () => {
  const { status, reason } = document.components.schemas.Delivery.properties;
  expect(status.enum).toEqual(
    expect.arrayContaining(['waiting', 'queued', 'sending', 'sent', 'skipped', 'failed', 'unknown']),
  );
  expect(reason.enum).toEqual(expect.arrayContaining(['user_replied', 'endpoint_blocked', 'held_out', 'shadow']));
});

test('a patch may leave out and remove every field, and no more', () => {
  const ajv = validator();
  const valid = ajv.compile({ $ref: 'https://followups.example/openapi.json#/components/schemas/FollowupPatch' });
  expect(valid({})).toBe(true);
  expect(valid({ title: null, surveyType: null, delaySeconds: 5 })).toBe(true);
  expect(valid({ delay: 5 })).toBe(false);
  expect(valid({ delaySeconds: 0 })).toBe(false);
});

test('the docs are served from here alone', async () => {
  const page = await api.request('GET', '/docs', { key: null });
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
  const links = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(links.length).toBe(4);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\//);
    expect((await api.request('GET', link, { key: null })).status).toBe(200);
  }
});

test('the type of a problem leads to its explanation', async () => {
  const { body } = await api.request('GET', '/v1/nothing');
  const page = await api.request('GET', new URL(body.type).pathname, { key: null });
  expect([page.status, page.body]).toEqual([200, expect.stringContaining('not_found')]);
});
