import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  createGatewayHandler,
  RefuseDelivery,
  rememberInMemory,
  SignatureError,
  verifyWebhook,
} from '../../client/src';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();

function signed(webhookId = 'dlv_1', key = secret) {
  const at = new Date();
  const body = JSON.stringify({ type: 'followup.send', data: { deliveryId: webhookId, message: '¿Sigues ahí?' } });
  const headers = {
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(key).sign(webhookId, at, body),
  };
  return { body, headers };
}

test('reads what is signed with one of the secrets', () => {
  const { body, headers } = signed();
  for (const secrets of [secret, [secret], [newSecret(), secret]]) {
    for (const given of [headers, new Headers(headers)]) {
      const { webhookId, event } = verifyWebhook(secrets, given, body);
      expect([webhookId, event.data.message]).toEqual(['dlv_1', '¿Sigues ahí?']);
    }
  }
});

test('refuses another secret, a changed body, another id, an old request, and no signature', () => {
  const { body, headers } = signed();
  const old = new Date(Date.now() - 600_000);
  const refused: [string | string[], Record<string, string>, string][] = [
    [newSecret(), headers, body],
    [[], headers, body],
    [secret, headers, body.replace('Sigues', 'Estás')],
    [secret, { ...headers, 'webhook-id': 'dlv_2' }, body],
    [
      secret,
      {
        ...headers,
        'webhook-timestamp': String(Math.floor(old.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign('dlv_1', old, body),
      },
      body,
    ],
    [secret, {}, body],
  ];
  for (const args of refused) expect(() => verifyWebhook(...args)).toThrow(SignatureError);
});

test('the handler delivers each followup once, and answers its repetitions in the same way', async () => {
  let delivered = 0;
  const settings = { secrets: secret, delivered: rememberInMemory() };
  const deliver = async () => ({ messageId: `m-${++delivered}` });
  const handle = createGatewayHandler({ ...settings, deliver });
  const { body, headers } = signed();
  const both = await Promise.all([handle(headers, body), handle(headers, body)]);
  both.push(await handle(headers, body));
  // As after a restart: what was delivered is in the store.
  both.push(await createGatewayHandler({ ...settings, deliver })(headers, body));
  for (const answer of both) expect(answer).toEqual({ status: 200, body: '{"messageId":"m-1"}' });
  expect(delivered).toBe(1);
});

test('the handler refuses what is not signed, passes on what cannot be delivered, and may try again', async () => {
  const failures: Error[] = [new Error('The channel is away.'), new RefuseDelivery('Left.', 'conversation_gone')];
  const handle = createGatewayHandler({
    secrets: secret,
    delivered: rememberInMemory(),
    deliver: async () => {
      const failure = failures.shift();
      if (failure) throw failure;
      return {};
    },
  });
  const { body, headers } = signed();
  expect(await handle({}, body)).toEqual({ status: 401, body: '{"code":"invalid_signature"}' });
  await expect(handle(headers, body)).rejects.toThrow('The channel is away.');
  expect(await handle(headers, body)).toEqual({ status: 422, body: '{"code":"conversation_gone"}' });
  expect(await handle(headers, body)).toEqual({ status: 200, body: '{}' });
});
