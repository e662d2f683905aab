import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { makeChannel } from '../support/scenario';
import { signInCookie } from '../support/sign-in';

const browser = sharedBrowser();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
let stack: ConsoleStack;
let shop: string;
let help: string;

beforeAll(async () => {
  stack = await startConsole({ worker: false });
  shop = (await makeChannel(stack, { agent: { name: 'Ada' }, channel: { name: 'Shop' } })).channelId;
  help = (await makeChannel(stack, { agent: { name: 'Grace' }, channel: { name: 'Help' } })).channelId;
}, 300_000);
afterAll(() => stack?.stop());

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

/** What the API says to a gateway with this key. */
async function statusOfReport(key: string, channelId: string): Promise<number> {
  const response = await fetch(`${stack.baseUrl}/v1/channels/${channelId}/conversations/c-1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'm-1', from: 'user' }),
  });
  await response.body?.cancel();
  return response.status;
}

const keyNamed = async (name: string) =>
  (await stack.expect(200, 'GET', '/v1/keys?limit=200')).items.find((one: { name: string }) => one.name === name);

test('a key for a gateway: made for one channel, shown once, copied, used, revoked', async () => {
  const page = await browser.open();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  page.expectError(/400|422/);
  await stack.visit(page, '/api-keys');
  await page.getByRole('button', { name: 'New API key' }).click();
  const dialog = page.getByRole('dialog');
  await expectNoAxeViolations(page);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').filter({ hasText: '"name"' }).waitFor();
  await dialog.getByLabel('Name').fill('Shop gateway');
  await dialog.getByRole('checkbox', { name: /^All channels/ }).uncheck();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').filter({ hasText: '"channelIds"' }).waitFor();
  await dialog.getByRole('checkbox', { name: 'Shop Ada' }).check();
  await dialog.getByLabel('Expires').selectOption('On a date');
  await dialog.getByLabel('Works until the end of').fill('2020-01-31');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').filter({ hasText: '"expiresAt"' }).waitFor();
  await dialog.getByLabel('Works until the end of').fill('2031-01-31');
  await dialog.getByRole('button', { name: 'Create' }).click();

  const shown = page.getByRole('dialog', { name: '“Shop gateway” was created' });
  await shown.getByText('it is shown this once').waitFor();
  await expectNoAxeViolations(page);
  await shown.getByRole('button', { name: 'Copy' }).click();
  await shown.getByText('Copied').waitFor();
  const key = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(key).toMatch(/^fup_/);
  await shown.getByRole('button', { name: 'Done' }).click();
  const row = rowOf(page, 'Shop gateway');
  for (const cell of ['Gateway', 'Shop', `${key.slice(0, 8)}…`, '31 Jan 2031', 'Active']) {
    await row.getByRole('cell', { name: cell, exact: true }).waitFor();
  }
  expect(await page.content()).not.toContain(key);
  // Until the end of that day where the person is.
  expect(await keyNamed('Shop gateway')).toMatchObject({
    scope: 'gateway',
    channelIds: [shop],
    expiresAt: '2031-01-31T22:59:59.999Z',
  });
  expect(await statusOfReport(key, shop)).toBe(202);
  expect(await statusOfReport(key, help)).toBe(403);
  expect(await row.getByRole('cell', { name: 'Never', exact: true }).count()).toBe(1);
  await page.reload();
  await row.getByRole('cell', { name: 'just now', exact: true }).waitFor();

  await row.getByRole('button', { name: 'Revoke Shop gateway' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('followups may go out to users who have replied').waitFor();
  await expectNoAxeViolations(page);
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await statusOfReport(key, shop)).toBe(202);
  await row.getByRole('button', { name: 'Revoke Shop gateway' }).click();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await row.getByText('Revoked').waitFor();
  expect(await statusOfReport(key, shop)).toBe(401);
  expect(await row.getByRole('button').count()).toBe(0);
});

test('where the clipboard is closed a key is copied the old way, and never said to be copied when it was not', async () => {
  const page = await browser.open();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await stack.visit(page, '/api-keys');
  await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))`);
  await page.getByRole('button', { name: 'New API key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Copied');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  const shown = page.getByRole('dialog', { name: '“Copied” was created' });
  await page.evaluate('document.execCommand = () => false');
  await shown.getByRole('button', { name: 'Copy' }).click();
  await shown.getByRole('button', { name: 'Not copied' }).waitFor();
  await page.evaluate('delete document.execCommand');
  await shown.getByRole('button', { name: /Copy|Not copied/ }).click();
  await shown.getByRole('button', { name: 'Copied', exact: true }).waitFor();
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(await shown.locator('pre').innerText());
  expect(await shown.locator('textarea').count()).toBe(0);
});

test('the key that one is signed in with is named, and revoking it signs out', async () => {
  const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Mine', scope: 'admin' });
  const page = await browser.open();
  page.expectError(/401/);
  await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
  await page.goto(`${stack.baseUrl}/api-keys`);
  await rowOf(page, 'Mine').getByText('You are signed in with it').waitFor();
  await page.getByRole('button', { name: 'Revoke Mine' }).click();
  await page.getByRole('alertdialog').getByText('You are signed out at once').waitFor();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect((await keyNamed('Mine')).revokedAt).not.toBeNull();
});

test('what the API refuses is said in its words', async () => {
  const page = await browser.open();
  page.expectError(/409/);
  await stack.visit(page, '/api-keys');
  await page.getByRole('button', { name: 'Revoke admin' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Revoke' }).click();
  await question.getByText('This key is set by ADMIN_API_KEY').waitFor();
});

test('who may only look sees the keys, on a phone too, and changes nothing', async () => {
  const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Looker', scope: 'read' });
  const page = await browser.open(phone);
  await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
  await page.goto(`${stack.baseUrl}/api-keys`);
  await rowOf(page, 'Looker').getByText('Read only').waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  await expectNoAxeViolations(page);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});
