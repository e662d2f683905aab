import type { Page } from 'playwright-core';
import { createSignInCode } from '../../src/api/console-session/sign-in-code';
import { configuredKeyId, hashOfKey } from '../../src/db/queries/api-keys';
import { insertSignInCode } from '../../src/db/queries/console-sessions';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser, type WatchedPage } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { makeChannel, makeFollowup } from '../support/scenario';

const browser = sharedBrowser();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
let stack: ConsoleStack;
let agentId: string;

beforeAll(async () => {
  stack = await startConsole({ worker: false });
  const made = await makeChannel(stack, { agent: { name: 'Ada' } });
  agentId = made.agentId;
  await makeFollowup(stack, made.channelId, { title: 'Still there?' });
}, 300_000);
afterAll(() => stack?.stop());

const key = async (fields: object): Promise<string> =>
  (await stack.expect(201, 'POST', '/v1/keys', { name: 'A key', ...fields })).key;

/** Opens a page as somebody whom nobody knows. */
async function open(path: string, options = {}): Promise<WatchedPage> {
  const page = await browser.open(options);
  // It is asked who is signed in, and a code or key is refused.
  page.expectError(/40[13].*console-session/);
  await page.goto(stack.baseUrl + path);
  return page;
}

async function paste(page: Page, apiKey: string): Promise<void> {
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const followUps = (page: Page) => page.getByRole('heading', { level: 1, name: 'Follow ups' });
const signInForm = (page: Page) => page.getByRole('heading', { level: 1, name: 'Sign in' });
const sessions = async () => (await stack.database.sql`select key_id as "keyId" from console_sessions`).length;

test('the link signs in once, and its code stays neither in the address nor in the history', async () => {
  const code = await createSignInCode(stack.database, configuredKeyId);
  const before = await sessions();
  const page = await browser.open();
  page.expectError(/401.*console-session|favicon/);
  await page.goto(`${stack.baseUrl}/healthz`);
  await page.goto(`${stack.baseUrl}/sign-in?code=${code}`);
  await followUps(page).waitFor();
  expect(page.url()).not.toContain('code');
  expect(await sessions()).toBe(before + 1);
  const cookies = await page.context().cookies();
  expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe('/healthz');

  // Who is signed in already does not mind an old link.
  await page.goto(`${stack.baseUrl}/sign-in?code=${code}`);
  await followUps(page).waitFor();

  const other = await open(`/sign-in?code=${code}`);
  await other.getByRole('alert').filter({ hasText: 'This link does not work' }).waitFor();
  expect(other.url()).toBe(`${stack.baseUrl}/sign-in`);
  await expectNoAxeViolations(other);
  await paste(other, stack.adminKey);
  await followUps(other).waitFor();
});

test('a link that is too old does not work', async () => {
  const code = 'a-code-of-yesterday';
  const expiresAt = new Date(Date.now() - 1_000);
  await insertSignInCode(stack.database.db, { hash: hashOfKey(code), keyId: configuredKeyId, expiresAt });
  const page = await open(`/sign-in?code=${code}`);
  await page.getByText('Run "npm start" again for a new link').waitFor();
  expect(await page.context().cookies()).toEqual([]);
});

test('a key that does not work, or is for programs, is refused in words; one to look only is let in', async () => {
  const page = await open('/', phone);
  await signInForm(page).waitFor();
  await paste(page, 'fup_something-else');
  await page.getByRole('alert').filter({ hasText: 'Not signed in' }).waitFor();
  await paste(page, await key({ scope: 'gateway' }));
  await page.getByRole('alert').filter({ hasText: 'is for a program and cannot sign in' }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  await expectNoAxeViolations(page);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);

  // With the end of a line, as it is copied from a terminal.
  await paste(page, `${await key({ scope: 'read' })} `);
  await followUps(page).waitFor();
  await page.getByText('Still there?').waitFor();
  expect(await page.getByRole('button', { name: 'New Followup' }).count()).toBe(0);
});

test('a link to a page leads there after signing in, with its filters', async () => {
  const page = await open(`/agents/${agentId}/follow-ups?status=inactive&q=still`);
  await signInForm(page).waitFor();
  await paste(page, stack.adminKey);
  await followUps(page).waitFor();
  expect(page.url()).toBe(`${stack.baseUrl}/agents/${agentId}/follow-ups?status=inactive&q=still`);
  await page.getByText('Nothing matches').waitFor();
});

test.each(['//evil.example/', 'https://evil.example/', '/\\evil.example', '/sign-in'])(
  'nobody is led away by a link: %s',
  async (to) => {
    const page = await open(`/sign-in?to=${encodeURIComponent(to)}`);
    await paste(page, stack.adminKey);
    await followUps(page).waitFor();
    expect(new URL(page.url()).origin).toBe(stack.baseUrl);
  },
);

test('who signs out is out, here and at the API', async () => {
  const page = await open('/');
  await paste(page, stack.adminKey);
  await followUps(page).waitFor();
  const [cookie] = await page.context().cookies();
  const asked = () => fetch(`${stack.baseUrl}/v1/agents`, { headers: { cookie: `${cookie?.name}=${cookie?.value}` } });
  expect((await asked()).status).toBe(200);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signInForm(page).waitFor();
  expect(await page.context().cookies()).toEqual([]);
  expect((await asked()).status).toBe(401);
  await page.reload();
  await signInForm(page).waitFor();
});

test('a session that ends while somebody works asks them to sign in, and they are back where they were', async () => {
  const page = await open(`/agents/${agentId}/channels`);
  page.expectError(/401/);
  await paste(page, stack.adminKey);
  await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor();
  await stack.database.sql`delete from console_sessions`;
  // What is live notices by itself.
  await signInForm(page).waitFor({ timeout: 50_000 });
  await paste(page, stack.adminKey);
  await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor();
  expect(page.url()).toBe(`${stack.baseUrl}/agents/${agentId}/channels`);
});

test('who signs in again in another tab goes on in this one', async () => {
  const page = await open(`/agents/${agentId}/follow-ups`);
  page.expectError(/40[13]/);
  await paste(page, stack.adminKey);
  await followUps(page).waitFor();
  // What another tab of the browser does when a person signs in there.
  const signedIn = await page.context().request.post(`${stack.baseUrl}/v1/console-session`, {
    data: { apiKey: stack.adminKey },
  });
  expect(signedIn.status()).toBe(201);

  // The page has the token of the session before, and asks for the new one by itself.
  const refused = page.waitForResponse((response) => response.status() === 403);
  await page.getByRole('switch', { name: /Still there\?/ }).click();
  await refused;
  await eventually('the followup, switched off', async () => {
    const { items } = await stack.expect(200, 'GET', `/v1/followups?agentId=${agentId}`);
    return items[0].status === 'inactive';
  });
  await page.getByRole('switch', { name: /Still there\?/, checked: false }).waitFor();
  expect(await page.getByText('That did not work').count()).toBe(0);
});
