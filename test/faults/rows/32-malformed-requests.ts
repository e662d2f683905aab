import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { findSchemathesis, runSchemathesis } from '../../fuzz/schemathesis';
import { inParallel } from '../in-parallel';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Json } from '../world/calls';
import { World } from '../world/world';
import { type RawRequest, rawRequest } from './support/raw-request';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const good = '{"name": "Ada", "identity": {"timeZone": "Europe/Madrid"}}';
const typed = (type: string): RawRequest => ({ body: good, headers: { 'content-type': type } });

/** A body for a call that makes an agent, and how it is answered. */
const table: [string, RawRequest, number][] = [
  ['nothing', {}, 400],
  ['nothing but blanks', { body: '  ' }, 400],
  ['half an object', { body: '{"name": ' }, 400],
  ['a comment', { body: `${good} // hello` }, 400],
  ['two objects', { body: `${good}${good}` }, 400],
  ['a comma too many', { body: '{"name": "Ada",}' }, 400],
  ['NaN', { body: '{"name": NaN}' }, 400],
  ['a byte that is no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400],
  ['UTF-16', { body: Buffer.from(good, 'utf16le') }, 400],
  ['a key twice', { body: '{"name": "Ada", "name": "Bob"}' }, 400],
  ['a key twice, written differently', { body: '{"name": "Ada", "n\\u0061me": "Bob"}' }, 400],
  ['__proto__', { body: '{"__proto__": {"scope": "admin"}}' }, 400],
  ['__proto__, written differently', { body: '{"__pr\\u006fto__": 1}' }, 400],
  ['constructor, deeper', { body: '{"identity": {"constructor": {"prototype": {}}}}' }, 400],
  ['33 levels', { body: nested(33) }, 400],
  ['30,000 levels', { body: nested(30_000) }, 400],
  ['text/plain', typed('text/plain'), 415],
  ['a form', typed('application/x-www-form-urlencoded'), 415],
  ['a file', typed('multipart/form-data; boundary=x'), 415],
  ['no type', typed(''), 415],
  ['a merge patch', typed('application/merge-patch+json'), 415],
  ['UTF-16, said so', typed('application/json; charset=utf-16'), 415],
  ['Latin 1', typed('application/json;charset="iso-8859-1"'), 415],
  ['gzip', { body: gzipSync(good), headers: { 'content-encoding': 'gzip' } }, 415],
  ['bad gzip', { body: 'no gzip', headers: { 'content-encoding': 'gzip' } }, 415],
  ['an encoding that is none', { body: good, headers: { 'content-encoding': 'zip' } }, 415],
  ['a list', { body: '[]' }, 422],
  ['null', { body: 'null' }, 422],
  ['a number', { body: '1e400' }, 422],
  ['another field', { body: '{"name": "Ada", "admin": true}' }, 422],
  ['half a character', { body: '{"name": "a\\ud800b"}' }, 422],
  ['U+0000', { body: '{"name": "a\\u0000b"}' }, 422],
];

/** Fails when a request is answered with 5xx, with no problem, or taken although it is not well formed. */
export const row: Row = {
  number: 32,
  fault: 'malformed JSON, wrong charset, bad gzip, deep nesting, __proto__, doubled keys',
  forms,
  async run(installation, report) {
    const { channelId } = await new World(installation).makeChannel();
    for (const [what, request, wanted] of table) {
      refusedAs({ what, wanted, ...(await rawRequest(installation, 'POST', '/v1/agents', request)) }, report);
      report.count('of a table');
    }
    await generated(installation, channelId, report);
    await fuzzed(installation, report);
    for (const api of installation.apis) report.must('the API is well', (await api.readiness()) === 200);
  },
};

type Refused = { what: string; wanted: number; status: number; type: string; body: Json };

export function refusedAs({ what, wanted, status, type, body }: Refused, report: Judging): void {
  const isProblem = type.startsWith('application/problem+json') && body.status === status && body.detail !== '';
  report.must(`${what}: ${wanted}, and a problem`, status === wanted && isProblem, { status, type, body });
}

type Told = { what: string; status: number; type: string };

/** Whatever came: it was answered, not with 5xx, and with a problem where it was not taken. */
export function neverItsFault({ what, status, type }: Told, report: Judging): void {
  report.must(`${what}: no 5xx`, status > 0 && status < 500, status);
  const isProblem = status < 300 || type.startsWith('application/problem+json');
  report.must(`${what}: a problem`, isProblem, { status, type });
}

/** Bodies of whatever shape, at calls of every kind: never 5xx, and only a well-formed one is taken. */
async function generated(installation: Installation, channelId: string, report: RowReport): Promise<void> {
  const conversation = `/v1/channels/${channelId}/conversations/c-fuzz`;
  const calls: [string, string][] = [
    ['POST', '/v1/agents'],
    ['POST', '/v1/channels'],
    ['POST', '/v1/followups'],
    ['POST', '/v1/keys'],
    ['PATCH', `/v1/channels/${channelId}`],
    ['POST', `${conversation}/messages`],
    ['POST', `${conversation}/end`],
    ['POST', '/v1/messages/batch'],
  ];
  const name = fc.constantFrom('name', 'identity', 'agentId', 'id', 'from', 'at', 'messages', 'endpoint', 'scope');
  const anything = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.dictionary(fc.oneof(name, fc.string()), fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    // What is nearly right: cut, or with bytes that do not belong there.
    fc.tuple(fc.json(), fc.nat(40)).map(([text, length]) => Buffer.from(text).subarray(0, length)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  const bodies = fc.sample(fc.tuple(fc.constantFrom(...calls), anything), {
    seed: report.random.whole(0, 2 ** 30),
    numRuns: report.thorough ? 5_000 : 400,
  });
  const statuses = new Map<number, number>();
  await inParallel(bodies, 6, async ([[method, path], body], api) => {
    const { status, type } = await rawRequest(installation, method, path, { body, api });
    neverItsFault({ what: `${method} ${path} with ${JSON.stringify(body.toString())}`, status, type }, report);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  report.note('generated', [...statuses].map(([status, count]) => `${count} × ${status}`).join(' '));
  // The one that a body of luck has begun.
  await rawRequest(installation, 'POST', `${conversation}/end`, { body: '{}' });
}

/** Some cases of each call by the API's own document; `npm run fuzz` is the whole of it. */
async function fuzzed(installation: Installation, report: RowReport): Promise<void> {
  const quietly = () => {};
  const schemathesis = findSchemathesis(quietly);
  if (schemathesis === null) {
    report.skip('the fuzzer', 'it needs Python 3, which is not here');
    return;
  }
  const folder = mkdtempSync(join(installation.folder, 'fuzz-'));
  const documentFile = join(folder, 'openapi.json');
  const { body } = await rawRequest(installation, 'GET', '/openapi.json');
  writeFileSync(documentFile, JSON.stringify(body));
  const { exitCode, output } = await runSchemathesis(
    schemathesis,
    [
      ...['run', documentFile, '--url', installation.apiUrls[0] ?? ''],
      ...['--header', `Authorization: Bearer ${installation.adminKey}`],
      ...['--phases', 'fuzzing', '--mode', 'all', '--max-examples', report.thorough ? '30' : '3'],
      ...['--seed', String(report.random.whole(1, 2 ** 30)), '--generation-database', 'none', '--continue-on-failure'],
      ...['--checks', 'not_a_server_error,content_type_conformance,response_schema_conformance'],
      // A stream has no end to wait for.
      ...['--exclude-operation-id', 'streamEvents', '--request-timeout', '10', '--warnings', 'off', '--no-color'],
    ],
    folder,
    240_000,
    quietly,
  );
  report.must('the fuzzer finds nothing', exitCode === 0, output.slice(-3_000));
  report.note('fuzzed', /(\d+) generated/.exec(output)?.[1] ?? 'nothing');
}
