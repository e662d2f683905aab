import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import postgres from 'postgres';
import { freePort } from '../../src/embedded/ports';
import { connectClient } from '../../src/temporal/connection';
import { type Collector, startCollector } from '../observability/collector';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { type RunningScript, runProcess } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';
import { findAll, historiesOf } from './support/search';

/*
 * `npm start` with everything logged, through conversations and failures; then whatever was written is searched for what
 * must not be there.
 */
const folder = temporaryFolder();
const dataDir = join(folder, 'data');
const word = () => randomBytes(9).toString('hex');

/** Said by people, or names them: nowhere but in the database, the gateway's requests and the answers to those who may. */
const phone = `+3460${String(Date.now()).slice(-7)}`;
const texts = {
  message: `Are you there, ${word()}?`,
  editedMessage: `Still there, ${word()}?`,
  visitorText: `My password is ${word()}`,
  agentText: `Dear ${word()}`,
  operatorText: `A colleague says ${word()}`,
  comment: `It was ${word()}`,
  lostComment: `It was lost: ${word()}`,
  unknownField: `not a field ${word()}`,
  gatewayAnswer: `the gateway says ${word()}`,
  endpointQuery: word(),
};
/** What is shown, so that the search is known to look in the right places. */
const title = `Title-${word()}`;
const plainId = `visitor-${word()}`;
const collectorKey = word();

/** Filled as they are made. */
const secrets: Record<string, string> = { collectorKey };
/** Of every answer that was an error. */
const errorAnswers: string[] = [];

let program: RunningScript;
let gateway: TestGateway;
let collector: Collector;
let sql: postgres.Sql;
let client: Client;
let closeClient: () => Promise<void>;
let baseUrl: string;

type Answered = { status: number; headers: Headers; text: string };

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const given = {
    authorization: `Bearer ${secrets.adminKey}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  const response = await fetch(baseUrl + path, {
    method,
    // An empty one is none.
    headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status >= 400) errorAnswers.push(`${[...response.headers].join('\n')}\n${text}`);
  return { status: response.status, headers: response.headers, text };
}

async function call(status: number, ...request: Parameters<typeof send>) {
  const answered = await send(...request);
  if (answered.status !== status) {
    throw new Error(`${request[0]} ${request[1]} answered ${answered.status}, not ${status}: ${answered.text}`);
  }
  return answered.text === '' ? null : JSON.parse(answered.text);
}

const conversation = (channelId: string, id: string) =>
  `/v1/channels/${channelId}/conversations/${encodeURIComponent(id)}`;

let messages = 0;
const report = (channelId: string, id: string, fields: object) =>
  call(202, 'POST', `${conversation(channelId, id)}/messages`, { id: `m-${++messages}`, ...fields });

const makeKey = async (fields: object) => (await call(201, 'POST', '/v1/keys', { name: 'A key', ...fields })).key;

/** The database refuses everything that concerns a table while this runs. */
async function without(table: string, act: () => Promise<unknown>): Promise<void> {
  await sql.unsafe(`alter table ${table} rename to ${table}_away`);
  try {
    await act();
  } finally {
    await sql.unsafe(`alter table ${table}_away rename to ${table}`);
  }
}

beforeAll(async () => {
  const root = builtRepository();
  gateway = await startGateway();
  collector = await startCollector();
  const [port, postgresPort, temporalPort] = [await freePort(), await freePort(), await freePort()];
  const { TEMPORAL_ADDRESS, DATABASE_URL, ...env } = process.env;
  program = runProcess(
    process.execPath,
    [join(root, 'dist', 'main.js')],
    {
      ...env,
      ...{ PORT: `${port}`, EMBEDDED_POSTGRES_PORT: `${postgresPort}`, TEMPORAL_PORT: `${temporalPort}` },
      ...{ TEMPORAL_UI_PORT: `${await freePort()}`, DATA_DIR: dataDir, LOG_LEVEL: 'trace', LOG_FORMAT: 'json' },
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${collectorKey}`,
    },
    root,
  );
  await program.says('  Admin key ', 120_000);
  baseUrl = `http://127.0.0.1:${port}`;
  const secretIn = (name: string) => readFileSync(join(dataDir, name), 'utf8').trim();
  secrets.adminKey = secretIn('admin-key');
  secrets.secretsKey = secretIn('secrets-key');
  secrets.databasePassword = secretIn('postgres-password');
  secrets.signInCode = /sign-in\?code=([\w-]{43}) /.exec(program.output())?.[1] ?? '';
  sql = postgres(`postgresql://followups:${secrets.databasePassword}@127.0.0.1:${postgresPort}/followups`, { max: 1 });
  const target = { address: `127.0.0.1:${temporalPort}`, namespace: 'default', taskQueue: 'followups', embedded: true };
  const connected = await connectClient(target);
  client = connected.client;
  closeClient = connected.close;
}, 240_000);

afterAll(async () => {
  await sql?.end();
  await closeClient?.().catch(() => {});
  program?.child.kill('SIGTERM');
  await program?.ended;
  await gateway?.close();
  await collector?.close();
});

test('nothing that was said, and no secret, is written where it does not belong', async () => {
  // Signing in, keys, secrets.
  const signedIn = await send('POST', '/v1/console-session', { code: secrets.signInCode }, { authorization: '' });
  expect(signedIn.status).toBe(201);
  secrets.cookie = /^[^=]+=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  secrets.csrfToken = JSON.parse(signedIn.text).csrfToken;
  secrets.readKey = await makeKey({ scope: 'read' });
  const identity = { timeZone: 'Europe/Madrid' };
  const agent = await call(201, 'POST', '/v1/agents', { name: 'Ada', identity });
  const channelBody = (fields: object) => ({ agentId: agent.id, name: 'Chat', ...fields });
  const endpoint = { url: `${gateway.url}?token=${texts.endpointQuery}` };
  const headers = { 'idempotency-key': 'a-channel' };
  const hashing = await call(
    201,
    'POST',
    '/v1/channels',
    channelBody({ endpoint, hashConversationIds: true }),
    headers,
  );
  const plain = await call(201, 'POST', '/v1/channels', channelBody({ endpoint }));
  const chat = await call(201, 'POST', '/v1/channels', channelBody({ type: 'webchat' }));
  secrets.signingSecret = hashing.signingSecret.replace('whsec_', '');
  secrets.gatewayKey = await makeKey({ scope: 'gateway', channelIds: [hashing.id] });
  const rule = { title, message: texts.message, delaySeconds: 2, surveyType: 'csat' };
  const channelIds = [hashing.id, plain.id, chat.id];
  const followup = await call(201, 'POST', '/v1/followups', { ...rule, channelIds });
  const rotated = await call(200, 'POST', `/v1/channels/${hashing.id}/rotate-secret`);
  secrets.newSigningSecret = rotated.signingSecret.replace('whsec_', '');
  await call(200, 'PATCH', `/v1/followups/${followup.id}`, { message: texts.editedMessage });

  // A gateway that fails, and then answers; a conversation named by a phone number.
  let failures = 0;
  gateway.answer = (request, response) => {
    response.statusCode = failures++ === 0 ? 500 : 200;
    response.end(JSON.stringify({ messageId: `gw-${request.data.deliveryId}`, error: texts.gatewayAnswer }));
  };
  await report(hashing.id, phone, { from: 'user' });
  await report(hashing.id, phone, { from: 'agent' });
  await report(plain.id, plainId, { from: 'agent' });
  await eventually(
    'Both followups',
    () => new Set(gateway.received.map(({ data }) => data.conversationId)).size === 2,
    60_000,
  );
  await eventually('The one that failed first', () => gateway.received.length >= 3, 60_000);
  const session = await eventually('The session that sent', async () => {
    const found = await call(200, 'GET', `${conversation(hashing.id, phone)}/session`);
    return found.followups[0].status === 'sent' && found;
  });
  expect(session.conversationId).toMatch(/^[0-9a-f]{64}$/);

  // Its survey: an answer, and one that the database loses.
  const [delivered] = gateway.received.slice(-1);
  const link = new URL((delivered?.data.survey as { url: string } | undefined)?.url ?? '');
  secrets.surveyToken = link.pathname.replace('/s/', '');
  const answerSurvey = (comment: string) =>
    fetch(baseUrl + link.pathname, { method: 'POST', body: new URLSearchParams({ score: '4', comment }) });
  expect((await answerSurvey(texts.comment)).status).toBe(200);
  await without('deliveries', async () => {
    const lost = await answerSurvey(texts.lostComment);
    expect(lost.status).toBeGreaterThanOrEqual(500);
    errorAnswers.push(await lost.text());
    // A session that wants to send meanwhile.
    await report(hashing.id, `${phone}5`, { from: 'agent' });
    await eventually('An activity that fails', () => /\w+ failed: PostgresError/.test(program.output()), 60_000);
  });

  // A web chat, and messages that the database loses.
  const visitor = await call(201, 'POST', `/v1/webchat/${chat.id}/visitors`, {}, { authorization: '' });
  secrets.visitorToken = visitor.token;
  const asVisitor = { authorization: `Bearer ${visitor.token}` };
  const visits = (status: number) =>
    call(status, 'POST', `/v1/webchat/${chat.id}/messages`, { id: word(), text: texts.visitorText }, asVisitor);
  await visits(202);
  await report(chat.id, visitor.conversationId, { from: 'operator', text: texts.operatorText });
  await report(chat.id, visitor.conversationId, { from: 'agent', text: texts.agentText });
  await without('chat_messages', async () => {
    await visits(500);
    const body = { id: word(), from: 'agent', text: texts.agentText };
    await call(500, 'POST', `${conversation(chat.id, visitor.conversationId)}/messages`, body);
  });

  // What is refused.
  const path = `${conversation(hashing.id, phone)}/messages`;
  const message = { id: 'm', from: 'agent' };
  await call(422, 'POST', path, { ...message, text: texts.unknownField });
  await call(422, 'POST', path, { ...message, from: texts.unknownField });
  await call(400, 'POST', path, `{"text": "${texts.unknownField}"`);
  await call(415, 'POST', path, texts.unknownField, { 'content-type': 'text/plain' });
  await call(401, 'POST', path, message, { authorization: `Bearer ${secrets.readKey}x` });
  await call(403, 'POST', path, message, { authorization: `Bearer ${secrets.readKey}` });
  await call(403, 'POST', `${conversation(plain.id, phone)}/messages`, message, {
    authorization: `Bearer ${secrets.gatewayKey}`,
  });
  await call(404, 'GET', `${conversation(hashing.id, `${phone}0`)}/session`);
  await call(403, 'POST', '/v1/agents', {}, { authorization: '', cookie: `followups_session=${secrets.cookie}` });
  await call(401, 'POST', '/v1/console-session', { code: secrets.signInCode }, { authorization: '' });
  for (const method of ['PUT', 'DELETE']) await send(method, `${conversation(hashing.id, phone)}/opt-out`);
  await without('opt_outs', () => call(500, 'PUT', `${conversation(hashing.id, phone)}/opt-out`));
  const metrics = (await send('GET', '/metrics')).text;
  const audit = (await send('GET', '/v1/audit')).text;

  const told = await historiesOf(client);
  await call(204, 'DELETE', conversation(hashing.id, phone));
  await eventually('Traces', () => collector.bodies.length > 0);
  await closeClient();
  program.child.kill('SIGTERM');
  await program.ended;

  const output = program.output();
  const files = readdirSync(join(dataDir, 'logs')).map((name) => readFileSync(join(dataDir, 'logs', name), 'latin1'));
  const stored = readdirSync(join(dataDir, 'temporal')).map((name) =>
    readFileSync(join(dataDir, 'temporal', name)).toString('latin1'),
  );
  const places: Record<string, string> = {
    // The link that signs in is shown once, on purpose, to whoever starts the service.
    output: output.replace(/^ {2}Sign in .*$/m, ''),
    'log files': files.join('\n'),
    "Temporal's histories and lists": told,
    "Temporal's data": stored.join('\n'),
    'error answers': errorAnswers.join('\n'),
    metrics,
    traces: collector.bodies.join('\n'),
  };
  // The search finds what is there. At the level "trace" the SDK logs what lies in Temporal, too.
  const shown = ['output', "Temporal's histories and lists", "Temporal's data"];
  expect(findAll(places, { title, plainId })).toEqual(
    ['title', 'plainId'].flatMap((needle) => shown.map((place) => `${needle} in ${place}`)),
  );
  const kept = Object.fromEntries(Object.entries(places).map(([name, text]) => [name, text.length]));
  expect(Math.min(...Object.values(kept))).toBeGreaterThan(500);
  expect(output).toContain('A request failed');
  expect(errorAnswers.length).toBeGreaterThan(12);

  const names = { phone, phoneDigits: phone.slice(1) };
  expect(findAll(places, { ...texts, ...secrets, ...names })).toEqual([]);
  expect(findAll({ audit }, { ...secrets, ...names })).toEqual([]);
}, 300_000);
