import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/ports';
import { findTemporalBinary } from '../../src/embedded/temporal-binary';
import { openBrowser, type TestBrowser, type WatchedPage } from '../support/browser';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { type RunningScript, runProcess } from '../support/processes';
import { signInCookie } from '../support/sign-in';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * The codec endpoint as people use it: from Temporal's Web UI in a browser, and from its command line.
 */
const dataDir = join(temporaryFolder(), 'data');
const conversationId = 'visitor-4711';
/** What the session gives its timer for a name: a payload like any other. */
const timerSummary = 'idle end of the session';

let program: RunningScript;
let browser: TestBrowser;
let baseUrl: string;
let uiUrl: string;
let temporalAddress: string;
let adminKey: string;
let workflowId: string;

beforeAll(async () => {
  const root = builtRepository();
  browser = await openBrowser();
  const [port, temporalPort, uiPort] = [await freePort(), await freePort(), await freePort()];
  const { TEMPORAL_ADDRESS, DATABASE_URL, ...env } = process.env;
  program = runProcess(
    process.execPath,
    [join(root, 'dist', 'main.js')],
    {
      ...env,
      ...{ PORT: `${port}`, TEMPORAL_PORT: `${temporalPort}`, TEMPORAL_UI_PORT: `${uiPort}`, DATA_DIR: dataDir },
      PAYLOAD_KEYS: randomBytes(32).toString('base64'),
    },
    root,
  );
  await program.says('  Admin key ', 120_000);
  baseUrl = `http://127.0.0.1:${port}`;
  uiUrl = `http://127.0.0.1:${uiPort}`;
  temporalAddress = `127.0.0.1:${temporalPort}`;
  adminKey = readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();

  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json() as Promise<{ id: string; workflowId: string }>;
  };
  const agent = await post('agents', { name: 'Ada', identity: { timeZone: 'UTC' } });
  const endpoint = { url: 'http://127.0.0.1:9/' };
  const channel = await post('channels', { agentId: agent.id, name: 'Chat', endpoint });
  const messages = `channels/${channel.id}/conversations/${conversationId}/messages`;
  ({ workflowId } = await post(messages, { id: 'm-1', from: 'agent' }));
}, 240_000);

afterAll(async () => {
  program?.child.kill('SIGTERM');
  await program?.ended;
  await browser?.close();
});

const shows = (page: WatchedPage, text: string) =>
  eventually(`"${text}" on the page`, async () => (await page.locator('body').innerText()).includes(text), 30_000);

test('the Web UI shows what is encrypted to somebody who is signed in to the console', async () => {
  const page = await browser.open({ viewport: { width: 1_440, height: 900 } });
  // What the Web UI itself misses or complains of is not the matter here.
  page.expectError(/./);
  await page.context().addCookies([await signInCookie(baseUrl, adminKey)]);
  await page.goto(`${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
  await page.getByRole('tab', { name: 'User Metadata' }).click();
  await shows(page, 'Decoding failed');
  expect(await page.locator('body').innerText()).not.toContain(timerSummary);

  await page.getByTestId('data-encoder-status').first().click();
  await page.locator('#data-encoder-endpoint-input').fill(`${baseUrl}/v1/temporal-codec`);
  await page.locator('label').filter({ hasText: 'Include cross-origin credentials' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.reload();
  await shows(page, timerSummary);
}, 120_000);

test("Temporal's command line shows it to whoever has an admin key", async () => {
  const binary = await findTemporalBinary({
    cliPath: process.env.TEMPORAL_CLI_PATH || null,
    env: process.env,
    say: () => {},
  });
  const show = async (...more: string[]) => {
    const args = ['workflow', 'show', '--address', temporalAddress, '--workflow-id', workflowId, '--output', 'json'];
    return (await promisify(execFile)(binary.path, [...args, ...more])).stdout;
  };
  const encoded = Buffer.from('"m-1"').toString('base64');
  const inClear = (shown: string) => shown.includes('m-1') || shown.includes(encoded.slice(0, -4));
  expect(inClear(await show())).toBe(false);
  const codec = ['--codec-endpoint', `${baseUrl}/v1/temporal-codec`, '--codec-auth'];
  expect(inClear(await show(...codec, `Bearer ${adminKey}`))).toBe(true);
  await expect(show(...codec, 'Bearer fup_unknown')).rejects.toThrow('failed');
}, 60_000);
