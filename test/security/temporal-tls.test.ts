import { writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { selfSignedCertificate } from '../support/self-signed-certificate';
import { temporaryFolder } from '../support/temporary-folder';
import { createParts, type Parts } from './support/parts';
import { makeThings, report } from './support/things';
import { startTlsProxy, type TlsProxy } from './support/tls-proxy';

/*
 * A Temporal behind TLS, as Temporal's own environment configuration names it.
 */
const folder = temporaryFolder();
const server = selfSignedCertificate();
const client = selfSignedCertificate();
const stranger = selfSignedCertificate();

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const trust = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem', server.cert) };
const show = (name: string, { cert, key }: typeof client) => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: file(`${name}.pem`, cert),
  TEMPORAL_TLS_CLIENT_KEY_PATH: file(`${name}.key`, key),
});

let parts: Parts;
let gateway: TestGateway;
let tls: TlsProxy;
let mutual: TlsProxy;

beforeAll(async () => {
  parts = await createParts();
  gateway = await startGateway();
  const temporal = process.env.TEST_TEMPORAL_ADDRESS ?? '';
  tls = await startTlsProxy(temporal, server);
  mutual = await startTlsProxy(temporal, { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true });
}, 180_000);

afterAll(async () => {
  await parts?.end();
  for (const each of [gateway, tls, mutual]) await each?.close();
});

/** A whole conversation: both parts reach Temporal, and a followup is delivered. */
async function delivers(settings: NodeJS.ProcessEnv): Promise<void> {
  gateway.received.length = 0;
  await parts.start(settings);
  const { channelId } = await makeThings(parts, gateway, { delaySeconds: 1 });
  await report(parts, channelId, 'visitor', 'agent');
  await eventually('The followup', () => gateway.received.length > 0, 60_000);
  expect(gateway.received[0]?.verified).toBe(true);
  await parts.stop();
}

/** The API stays up without Temporal, and says so. */
async function staysAway(settings: NodeJS.ProcessEnv): Promise<void> {
  const { port, output } = await parts.run('server', settings);
  await eventually(
    'An API that does not reach Temporal',
    async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (response === null) throw new Error(output());
      const { checks } = (await response.json()) as { checks: Record<string, { ok: boolean }> };
      expect([response.status, checks.temporal?.ok, checks.postgresql?.ok]).toEqual([503, false, true]);
      return true;
    },
    60_000,
  );
  await parts.stop();
}

test('is reached where its certificate is trusted', async () => {
  await delivers({ ...trust, TEMPORAL_ADDRESS: tls.address });
  expect(tls.handshakes()).toBeGreaterThan(1);
}, 180_000);

test('is reached with the certificate that it asks for', async () => {
  await delivers({ ...trust, ...show('client', client), TEMPORAL_ADDRESS: mutual.address });
  expect(mutual.handshakes()).toBeGreaterThan(1);
  expect(mutual.sawCertificate()).toBe(true);
}, 180_000);

test.each([
  ['a certificate that nobody trusts', () => ({ TEMPORAL_ADDRESS: tls.address, TEMPORAL_TLS: 'true' })],
  ['no TLS at all', () => ({ TEMPORAL_ADDRESS: tls.address })],
  ['no certificate of ours', () => ({ ...trust, TEMPORAL_ADDRESS: mutual.address })],
  ['a certificate of somebody else', () => ({ ...trust, ...show('x', stranger), TEMPORAL_ADDRESS: mutual.address })],
])(
  'is not spoken to with %s',
  async (_what, settings) => {
    const before = [tls.handshakes(), parts.output().length];
    await staysAway(settings());
    expect(parts.output().length).toBeGreaterThan(before[1] ?? 0);
    expect(tls.handshakes()).toBe(before[0]);
  },
  120_000,
);

test('is shown an API key', async () => {
  const seen: (string | undefined)[] = [];
  const listening = createSecureServer(server, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/grpc' });
    response.end();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  try {
    const address = `127.0.0.1:${(listening.address() as AddressInfo).port}`;
    await parts.run('server', { ...trust, TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: 'hunter2-key' });
    await eventually('A request', () => seen.length > 0, 60_000);
    expect(new Set(seen)).toEqual(new Set(['Bearer hunter2-key']));
    expect(parts.output()).not.toContain('hunter2-key');
    await parts.stop();
  } finally {
    listening.close();
  }
}, 120_000);
