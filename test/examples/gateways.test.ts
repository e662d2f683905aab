import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../src/embedded/ports';
import { eventually } from '../support/eventually';
import { type RunningScript, runProcess } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

const root = join(__dirname, '..', '..');
const folder = temporaryFolder();
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const running: RunningScript[] = [];

/** Stands in for the API: takes every report. */
let api: Server;
let reports: { path: string; event: Record<string, unknown> }[];

beforeAll(async () => {
  execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'examples/gateway-typescript'], { cwd: root });
  api = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    reports.push({ path: request.url ?? '', event: JSON.parse(body) });
    // The first report is lost, as it may be: it must come again.
    response.writeHead(reports.length === 1 ? 503 : 202).end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
}, 60_000);
beforeEach(() => {
  reports = [];
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await new Promise((resolve) => api.close(resolve));
});

const gateways = {
  TypeScript: [process.execPath, join('dist', 'examples', 'gateway-typescript', 'gateway.js')],
  Python: ['python3', join('examples', 'gateway-python', 'gateway.py')],
} as const;
type Language = keyof typeof gateways;

async function startGateway(language: Language, env: Record<string, string> = {}) {
  const port = await freePort();
  const [program, file] = gateways[language];
  const gateway = runProcess(
    program,
    [file],
    {
      ...{ PATH: process.env.PATH, SIGNING_SECRET: secret, GATEWAY_PORT: String(port) },
      ...{ GATEWAY_DATABASE: join(folder, `${randomUUID()}.db`), CHANNEL_ID: 'ch_1', FOLLOWUPS_API_KEY: 'key' },
      FOLLOWUPS_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      ...env,
    },
    root,
  );
  running.push(gateway);
  await gateway.says('listens at');
  return { gateway, url: `http://127.0.0.1:${port}/followups` };
}

function signed(webhookId: string, at = new Date(), key = secret) {
  const data = { deliveryId: webhookId, conversationId: 'terminal', message: 'Are you still there? – ¿Sigues ahí?' };
  const body = JSON.stringify({ type: 'followup.send', timestamp: at.toISOString(), data });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(key).sign(webhookId, at, body),
    },
  };
}

const post = (url: string, request: { body: string; headers: Record<string, string> }) =>
  fetch(url, { method: 'POST', ...request });
const timesDelivered = ({ output }: RunningScript) => output().split('Are you still there?').length - 1;

const languages: Language[] = hasPython ? ['TypeScript', 'Python'] : ['TypeScript'];
describe.each(languages)('the gateway in %s', (language) => {
  it('delivers what is signed, once, and answers a repeated attempt in the same way', async () => {
    const { gateway, url } = await startGateway(language);
    const attempts = await Promise.all([post(url, signed('dlv_1')), post(url, signed('dlv_1'))]);
    attempts.push(await post(url, signed('dlv_1')));
    const answers = await Promise.all(attempts.map(async (response) => [response.status, await response.json()]));
    expect(answers[0]).toEqual([200, { messageId: expect.stringMatching(/^.{10,}$/) }]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(timesDelivered(gateway)).toBe(1);
    expect((await post(url, signed('dlv_2'))).status).toBe(200);
    expect(timesDelivered(gateway)).toBe(2);
  });

  it('accepts either signature while the secret is being replaced', async () => {
    const { url } = await startGateway(language);
    const request = signed('dlv_1');
    const other = signed('dlv_1', new Date(), `whsec_${randomBytes(32).toString('base64')}`);
    request.headers['webhook-signature'] =
      `${other.headers['webhook-signature']} ${request.headers['webhook-signature']}`;
    expect((await post(url, request)).status).toBe(200);
  });

  it('refuses what is not signed, signed with another secret, changed, or old', async () => {
    const { gateway, url } = await startGateway(language);
    const good = signed('dlv_1');
    const refused = [
      { body: good.body, headers: {} },
      signed('dlv_1', new Date(), `whsec_${randomBytes(32).toString('base64')}`),
      { ...good, body: good.body.replace('still', 'STILL') },
      { ...good, headers: { ...good.headers, 'webhook-id': 'dlv_2' } },
      { ...good, headers: { ...good.headers, 'webhook-timestamp': 'soon' } },
      signed('dlv_1', new Date(Date.now() - 10 * 60_000)),
      signed('dlv_1', new Date(Date.now() + 10 * 60_000)),
    ];
    for (const request of refused) expect((await post(url, request)).status).toBe(401);
    expect(timesDelivered(gateway)).toBe(0);
  });

  it('says which setting is missing', async () => {
    const [program, file] = gateways[language];
    const gateway = runProcess(
      program,
      [file],
      { PATH: process.env.PATH, CHANNEL_ID: 'ch_1', FOLLOWUPS_API_KEY: 'key' },
      root,
    );
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toContain('SIGNING_SECRET is not set');
  });
});

describe('the gateway in TypeScript', () => {
  it('reports the followup with its delivery id, and repeats a report that was not taken', async () => {
    const { url } = await startGateway('TypeScript');
    expect((await post(url, signed('dlv_1'))).status).toBe(200);
    await eventually('two reports', () => reports.length === 2);
    expect(reports[0]).toEqual({
      path: '/v1/channels/ch_1/conversations/terminal/messages',
      event: { id: expect.any(String), from: 'agent', at: expect.any(String), deliveryId: 'dlv_1' },
    });
    expect(reports[1]).toEqual(reports[0]);
  });
});

(hasPython ? describe : describe.skip)('the gateway in Python', () => {
  it('knows after a restart what it delivered', async () => {
    const database = { GATEWAY_DATABASE: join(folder, 'restart.db') };
    const before = await startGateway('Python', database);
    const first = await (await post(before.url, signed('dlv_1'))).json();
    before.gateway.child.kill('SIGKILL');
    await before.gateway.ended;
    const after = await startGateway('Python', database);
    expect(await (await post(after.url, signed('dlv_1'))).json()).toEqual(first);
    expect(timesDelivered(after.gateway)).toBe(0);
  });
});
