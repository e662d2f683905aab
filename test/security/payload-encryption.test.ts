import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { connectClient } from '../../src/temporal/connection';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { createParts, type Parts } from './support/parts';
import { makeThings, report } from './support/things';

const [first, second, wrong] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const settings = (...keys: Buffer[]) => ({ PAYLOAD_KEYS: keys.map((key) => key.toString('base64')).join(',') });

type Found = { encoding: string; keyId: string; text: string };

let parts: Parts;
let gateway: TestGateway;
let client: Client;
let closeClient: () => Promise<void>;

beforeAll(async () => {
  parts = await createParts();
  gateway = await startGateway();
  const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
  const connected = await connectClient({ address, namespace: 'default', taskQueue: parts.taskQueue });
  client = connected.client;
  closeClient = connected.close;
}, 180_000);

afterAll(async () => {
  await parts?.end();
  await gateway?.close();
  await closeClient?.();
});

async function signalGarbage(workflowId: string, keyId: string): Promise<void> {
  const metadata = { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from(keyId) };
  await client.workflowService.signalWorkflowExecution({
    ...{ namespace: 'default', workflowExecution: { workflowId }, signalName: 'message' },
    input: { payloads: [{ metadata, data: randomBytes(40) }] },
  });
}

async function hasFailedTask(workflowId: string): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).some(({ workflowTaskFailedEventAttributes: failed }) => failed);
}

/** Every payload of a history that a codec is asked about: all but headers, search attributes and the core's own. */
async function payloadsOf(workflowId: string): Promise<Found[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const found: Found[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const { metadata, data } = value as { metadata?: Record<string, Uint8Array>; data?: Uint8Array };
    if (metadata?.encoding) {
      const text = (bytes?: Uint8Array) => Buffer.from(bytes ?? []).toString();
      const keyId = text(metadata['encryption-key-id']);
      found.push({ encoding: text(metadata.encoding), keyId, text: text(data) });
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      if (!['header', 'searchAttributes', 'memo'].includes(name)) visit(inner);
    }
  };
  for (const event of events ?? []) {
    const { markerName, details } = event.markerRecordedEventAttributes ?? {};
    // Beside an activity's result the core puts what it needs to know itself: names and times.
    if (markerName === 'core_local_activity') visit({ result: details?.result });
    else visit(event);
  }
  return found;
}

const sent = (conversationId: string) =>
  eventually(`The followup of ${conversationId}`, () => gateway.of(conversationId).length > 0, 60_000);

test('is switched on with open sessions, changes its keys, survives bad payloads and a missing key', async () => {
  await parts.start();
  const { channelId } = await makeThings(parts, gateway, { delaySeconds: 30 });
  const before = await report(parts, channelId, 'before', 'agent');
  const beforeIt = await eventually('The session', async () => {
    const found = await payloadsOf(before.workflowId);
    return found.some(({ text }) => text.includes('"opened"')) && found;
  });
  expect(beforeIt.map(({ encoding }) => encoding)).not.toContain('binary/encrypted');
  await parts.stop();

  // Switched on: what is open goes on, and nothing new can be read.
  await parts.start(settings(first));
  const after = await report(parts, channelId, 'after', 'agent');
  await report(parts, channelId, 'before', 'agent');
  const firstId = await eventually('An encrypted session', async () => {
    const found = await payloadsOf(after.workflowId);
    expect(new Set(found.map(({ encoding }) => encoding))).toEqual(new Set(['binary/encrypted']));
    return found.length >= 3 && found[0]?.keyId;
  });
  const { id } = await sessionOf(channelId, 'after');
  const { items } = await parts.call(200, 'GET', `/v1/sessions/${id}/timeline`);
  expect(items.filter(({ kind }: { kind: string }) => kind === 'message')).toHaveLength(1);

  // Anybody may signal anything: a key that nobody has, and a key that is known on bytes that it never made.
  for (const keyId of ['0123456789abcdef', firstId]) await signalGarbage(after.workflowId, keyId);
  await eventually('Both signals set aside', async () => (await sessionOf(channelId, 'after')).setAside === 2);
  await parts.stop();

  // A worker without the key: it can do nothing, and breaks nothing.
  await parts.run('worker', settings(wrong));
  await signalGarbage(after.workflowId, firstId);
  await eventually('A workflow task that fails', () => hasFailedTask(after.workflowId), 60_000);
  await parts.stop();
  expect(gateway.of('after')).toEqual([]);

  // Another key in front: both are known, the new one is used.
  await parts.start(settings(second, first));
  const later = await report(parts, channelId, 'later', 'agent');
  const secondId = await eventually(
    'A session under the new key',
    async () => (await payloadsOf(later.workflowId))[0]?.keyId,
  );
  expect(secondId).not.toBe(firstId);
  for (const conversation of ['before', 'after', 'later']) await sent(conversation);
  expect(gateway.received.map(({ verified }) => verified)).toEqual([true, true, true]);
  expect((await sessionOf(channelId, 'after')).followups[0]).toMatchObject({ status: 'sent' });
}, 240_000);

function sessionOf(channelId: string, conversationId: string) {
  return parts.call(200, 'GET', `/v1/channels/${channelId}/conversations/${conversationId}/session`);
}
