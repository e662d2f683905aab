import type { Page } from 'playwright-core';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';

const browser = sharedBrowser();
let stack: ConsoleStack;
beforeAll(async () => {
  stack = await startConsole();
}, 300_000);
afterAll(() => stack?.stop());

const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Console' });
const theme = (page: Page) => page.evaluate('document.documentElement.dataset.theme');

it('leads along the path of the product, and from one agent to another', async () => {
  const { agentId } = await makeChannel(stack, { agent: { name: 'Ada' } });
  const { agentId: another } = await makeChannel(stack, { agent: { name: 'Bea' } });
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/follow-ups`);
  await page.getByRole('heading', { level: 1, name: 'Follow ups' }).waitFor();
  expect(await sidebar(page).locator('h2, h3, a').allTextContents()).toEqual([
    ...['AI Agent', 'Identity', 'Channels', 'Proactive AI', 'Engagement', 'Follow ups'],
    ...['Sessions', 'Playground', 'API keys'],
  ]);
  for (const name of ['Identity', 'Channels', 'Follow ups', 'Sessions', 'Playground', 'API keys']) {
    await sidebar(page).getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    expect(await sidebar(page).locator('[aria-current=page]').textContent()).toBe(name);
  }
  await sidebar(page).getByRole('button', { name: 'AI Agent: Ada' }).click();
  await page.getByRole('menuitemradio', { name: 'Bea' }).click();
  await page.waitForURL(`**/agents/${another}/follow-ups`);
  // Where one was last is where one comes back to.
  await page.goto(stack.baseUrl);
  await page.waitForURL(`**/agents/${another}/follow-ups`);
});

it('is light or dark as the system is, or as it was chosen', async () => {
  const { agentId } = await makeChannel(stack);
  const page = await browser.open({ colorScheme: 'light' });
  await stack.visit(page, `/agents/${agentId}/follow-ups`);
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name }).click();
  };
  await choose('Dark');
  expect(await theme(page)).toBe('dark');
  await page.reload();
  expect(await theme(page)).toBe('dark');
  await choose('As the system');
  expect(await theme(page)).toBe('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-theme=dark]').waitFor();
});

it('has all of its new colours at once where little motion is wanted', async () => {
  const { agentId } = await makeChannel(stack);
  const page = await browser.open({ colorScheme: 'light', reducedMotion: 'reduce' });
  await stack.visit(page, `/agents/${agentId}/follow-ups`);
  await page.getByRole('button', { name: 'Theme' }).waitFor();
  const transitions = await page.evaluate(`new Promise((done) => {
    let begun = 0;
    document.addEventListener('transitionrun', () => { begun += 1; });
    document.documentElement.dataset.theme = 'dark';
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(begun))));
  })`);
  expect(transitions).toBe(0);
});

it('shows times in the zone of the agent, and in UTC under the pointer', async () => {
  const { agentId, channelId } = await makeChannel(stack, { identity: { timeZone: 'Asia/Kathmandu' } });
  const chat = conversation(stack, channelId);
  await chat.says('user');
  const { id, startedAt } = await chat.session();
  const page = await browser.open({ timezoneId: 'America/Los_Angeles' });
  await stack.visit(page, `/agents/${agentId}/sessions/${id}`);
  const clock = (timeZone: string) =>
    new Date(startedAt).toLocaleTimeString('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
  const started = page.locator(`time[datetime="${startedAt}"]`).first();
  expect(await started.textContent()).toContain(clock('Asia/Kathmandu'));
  expect(await started.getAttribute('title')).toContain('(Asia/Kathmandu)');
  expect(await started.getAttribute('title')).toContain(`${startedAt.slice(0, 10)} ${clock('UTC')} UTC`);
});

it('asks by itself where no events come through', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const page = await browser.open();
  page.expectError(/\/v1\/events/);
  await page.route('**/v1/events*', (route) => route.abort('connectionreset'));
  await stack.visit(page, `/agents/${agentId}/sessions`);
  await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
  const chat = conversation(stack, channelId);
  await chat.says('user');
  await page.getByRole('link', { name: chat.id, exact: true }).waitFor();
});

it('says that a list is being read, that it could not be, and reads it again', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  await makeFollowup(stack, channelId);
  const page = await browser.open();
  page.expectError(/\/v1\/followups/);
  let isToFail = () => {};
  const failed = new Promise<void>((resolve) => {
    isToFail = resolve;
  });
  await page.route('**/v1/followups?*', async (route) => {
    await failed;
    await route.abort('connectionreset');
  });
  await stack.visit(page, `/agents/${agentId}/follow-ups`);
  await page.getByRole('status', { name: 'Loading the followups' }).waitFor();
  isToFail();
  await page.getByText('The service did not answer.').waitFor();
  await page.unroute('**/v1/followups?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: 'Still there?' }).waitFor();
});

it('loads at most 200 KB of JavaScript before it can be used', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  await makeFollowup(stack, channelId);
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/follow-ups`);
  await page.getByRole('link', { name: 'Still there?' }).waitFor();
  const bytes = await page.evaluate<number>(`performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`);
  expect(bytes).toBeGreaterThan(50 * 1_024);
  expect(bytes).toBeLessThanOrEqual(200 * 1_024);
});
