import { randomBytes } from 'node:crypto';
import { connectDatabase } from '../../src/db/client';
import { channels, idempotencyKeys } from '../../src/db/schema';
import { createSecretBox } from '../../src/secret-box';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { createParts, type Parts } from './support/parts';
import { makeThings, report } from './support/things';

const [first, second] = [randomBytes(32), randomBytes(32)];
const base64 = (key: Buffer) => key.toString('base64');
const [quiet, answering] = ['+34600000000', '+34600000001'];

let parts: Parts;
let gateway: TestGateway;

beforeAll(async () => {
  parts = await createParts();
  gateway = await startGateway();
}, 180_000);

afterAll(async () => {
  await parts?.end();
  await gateway?.close();
});

/** What lies encrypted in the database. */
async function stored(): Promise<string[]> {
  const database = connectDatabase(parts.databaseUrl, { max: 1 });
  try {
    const secrets = await database.db.select({ text: channels.signingSecret }).from(channels);
    const answers = await database.db.select({ text: idempotencyKeys.responseBody }).from(idempotencyKeys);
    return [...secrets, ...answers].flatMap(({ text }) => text ?? []);
  } finally {
    await database.end();
  }
}

const createAgentOnce = async () => {
  const response = await fetch(`${parts.baseUrl()}/v1/agents`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${parts.adminKey}`, 'content-type': 'application/json' },
      'idempotency-key': 'made-once',
    },
    body: JSON.stringify({ name: 'Once', identity: { timeZone: 'UTC' } }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
};

test('SECRETS_KEY is changed while sessions are open: nothing is lost, and nobody is nudged after a reply', async () => {
  await parts.start({ SECRETS_KEY: base64(first) });
  const { channelId } = await makeThings(parts, gateway, { delaySeconds: 40, hashConversationIds: true });
  const silent = await report(parts, channelId, quiet, 'agent');
  const replying = await report(parts, channelId, answering, 'agent');
  const agentId = await createAgentOnce();
  const before = await stored();
  expect(before).toHaveLength(2);
  await parts.stop();

  // Every process with both keys: what is kept is encrypted anew, by itself.
  const changed = { SECRETS_KEY: base64(second), PSEUDONYMS_KEY: base64(first) };
  await parts.start({ ...changed, SECRETS_KEY_PREVIOUS: base64(first) });
  const box = createSecretBox(second, { pseudonyms: first });
  await eventually('Everything under the new key', async () =>
    (await stored()).every((text) => box.renew(text) === null),
  );
  expect(await stored()).toHaveLength(before.length);
  for (const text of await stored()) expect(() => createSecretBox(first).decrypt(text)).toThrow();
  await parts.stop();

  // Without the old one. A reply finds its session, which the pseudonym names.
  await parts.start(changed);
  expect(await createAgentOnce()).toBe(agentId);
  expect((await report(parts, channelId, answering, 'user')).workflowId).toBe(replying.workflowId);
  await eventually('The followup', () => gateway.received.length > 0, 60_000);
  const session = (id: string) =>
    parts.call(200, 'GET', `/v1/channels/${channelId}/conversations/${encodeURIComponent(id)}/session`);
  expect((await session(answering)).followups[0]).toMatchObject({ status: 'skipped', reason: 'user_replied' });
  expect(gateway.received).toHaveLength(1);
  const [{ verified, data } = { verified: null, data: { conversationId: '' } }] = gateway.received;
  expect(verified).toBe(true);
  expect(silent.workflowId).toContain(data.conversationId);
  await parts.stop();

  // Forgetting how pseudonyms are made is said, and sends nothing.
  await parts.start({ SECRETS_KEY: base64(second) });
  await eventually('A line in the log', () =>
    parts.output().includes('the signing secrets of channels cannot be read'),
  );
  const test = await parts.call(500, 'POST', `/v1/channels/${channelId}/test`);
  expect(test.code).toBe('internal_error');
  expect(gateway.received).toHaveLength(1);
}, 300_000);
