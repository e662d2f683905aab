import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { makeChannel } from '../support/scenario';
import { signInCookie } from '../support/sign-in';

const browser = sharedBrowser();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
let stack: ConsoleStack;

beforeAll(async () => {
  stack = await startConsole({ worker: false });
}, 300_000);
afterAll(() => stack?.stop());

const stepNow = (page: Page) => page.locator('[aria-current="step"]').getByRole('heading');

// The first ones need that nothing exists.
test('where nothing exists, it is what one comes to', async () => {
  const page = await browser.open(phone);
  await stack.visit(page, '/');
  await page.getByRole('heading', { level: 1, name: 'First steps' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/welcome');
  expect(await stepNow(page).textContent()).toBe('Agent');
  await expectNoAxeViolations(page);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});

test('who may only look is told so', async () => {
  const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Looker', scope: 'read' });
  const page = await browser.open();
  await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
  await page.goto(`${stack.baseUrl}/welcome`);
  await page.getByText('You are signed in to look only').waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
});

test('a field that is wrong says so in the words of the API, and the keyboard goes on from step to step', async () => {
  const page = await browser.open();
  page.expectError(/422|400/);
  await stack.visit(page, '/welcome');
  await page.getByLabel('Name').fill('');
  await page.getByRole('button', { name: 'Create agent' }).click();
  await page.getByRole('alert').filter({ hasText: '"name"' }).waitFor();
  expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');

  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Name').press('Enter');
  const channelName = page.locator('[aria-current="step"]').filter({ hasText: 'Channel' }).getByLabel('Name');
  await channelName.and(page.locator(':focus')).waitFor();
  await channelName.press('Enter');
  const title = page.getByLabel('Title');
  await title.and(page.locator(':focus')).waitFor();
  await page.getByLabel('Delay').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: '"delaySeconds"' }).waitFor();
  await page.getByLabel('Delay').fill('45');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Open the Playground' }).and(page.locator(':focus')).waitFor();

  const { items } = await stack.expect(200, 'GET', '/v1/followups');
  expect(items).toEqual([expect.objectContaining({ title: 'Still there?', delaySeconds: 2_700 })]);
  // There is nothing left to make.
  expect(await page.getByRole('button', { name: /^Make a sample/ }).count()).toBe(0);
  await expectNoAxeViolations(page);
});

test('of an agent that has a channel already, only the rest is made', async () => {
  const { agentId, channelId } = await makeChannel(stack, { agent: { name: 'Grace' } });
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/identity`);
  await page.getByRole('heading', { level: 1, name: 'Identity' }).waitFor();
  await page.getByRole('link', { name: 'First steps' }).click();
  await page.getByRole('link', { name: 'Grace' }).waitFor();
  expect(await stepNow(page).textContent()).toBe('Followup');
  await page.getByRole('button', { name: 'Make a sample of the rest' }).click();
  await page.waitForURL(`**/agents/${agentId}/playground**`);
  await page.frameLocator('iframe[title="Chat"]').getByRole('heading', { name: 'Grace' }).waitFor();
  const channels = await stack.expect(200, 'GET', `/v1/channels?agentId=${agentId}&playground=false`);
  expect(channels.items).toHaveLength(1);
  const followups = await stack.expect(200, 'GET', `/v1/followups?channelId=${channelId}`);
  expect(followups.items).toHaveLength(1);
});
