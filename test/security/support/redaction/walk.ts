import { randomBytes } from 'node:crypto';
import { eventually } from '../../../support/eventually';
import type { TestGateway } from '../../../support/gateway';
import type { World } from './world';

const word = () => randomBytes(9).toString('hex');

/** What a walk has brought into a service, and what it was answered. */
export type Walked = {
  /** Said by people, or names them: nowhere but in the database, the gateway's requests and the answers to those who may. */
  texts: Record<string, string>;
  /** Of a person. */
  phone: string;
  /** What is shown, so that a search is known to look in the right places; in Temporal it is in workflow ids. */
  plainId: string;
  /** The same, but in Temporal it is in payloads only. */
  inPayloads: { title: string; plainMessageId: string };
  /** Filled as they are made. */
  secrets: Record<string, string>;
  /** Of every answer that was an error. */
  errorAnswers: string[];
  audit: string;
  /** Erases a conversation, when all has been looked at. */
  erase(): Promise<void>;
};

/** Leads conversations through a service, with failures of the gateway and of the database, and requests that are refused. */
export async function walk(world: World, gateway: TestGateway): Promise<Walked> {
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
  const inPayloads = { title: `Title-${word()}`, plainMessageId: `message-${word()}` };
  const { title, plainMessageId } = inPayloads;
  const plainId = `visitor-${word()}`;
  const secrets: Record<string, string> = { ...world.secrets };
  const errorAnswers: string[] = [];

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
    const response = await fetch(world.baseUrl + path, {
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
    await world.sql.unsafe(`alter table ${table} rename to ${table}_away`);
    try {
      await act();
    } finally {
      await world.sql.unsafe(`alter table ${table}_away rename to ${table}`);
    }
  }

  // Signing in, keys, secrets.
  const signedIn = await send('POST', '/v1/console-session', world.signIn, { authorization: '' });
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
  await report(plain.id, plainId, { id: plainMessageId, from: 'agent' });
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
    fetch(world.baseUrl + link.pathname, { method: 'POST', body: new URLSearchParams({ score: '4', comment }) });
  expect((await answerSurvey(texts.comment)).status).toBe(200);
  await without('deliveries', async () => {
    const lost = await answerSurvey(texts.lostComment);
    expect(lost.status).toBeGreaterThanOrEqual(500);
    errorAnswers.push(await lost.text());
    // A session that wants to send meanwhile.
    await report(hashing.id, `${phone}5`, { from: 'agent' });
    await eventually('An activity that fails', () => /\w+ failed: PostgresError/.test(world.output()), 60_000);
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
  const audit = (await send('GET', '/v1/audit')).text;

  return {
    ...{ texts, phone, plainId, inPayloads, secrets, errorAnswers, audit },
    erase: () => call(204, 'DELETE', conversation(hashing.id, phone)),
  };
}

type Answered = { status: number; headers: Headers; text: string };
