import type { Locator, Page } from 'playwright-core';
import { createSignInCode } from '../../src/api/console-session/sign-in-code';
import { configuredKeyId } from '../../src/db/queries/api-keys';
import { sharedBrowser, type WatchedPage } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { playgroundChat } from '../support/playground-page';

const browser = sharedBrowser();
const withinMs = 180_000;
let stack: ConsoleStack;

// Nothing exists at the beginning of each.
beforeEach(async () => {
  stack = await startConsole();
}, 300_000);
afterEach(() => stack?.stop());

/** A person opens the link that the service printed. */
async function openLink(): Promise<WatchedPage> {
  const code = await createSignInCode(stack.database, configuredKeyId);
  const page = await browser.open();
  // Whether somebody is signed in already is asked first.
  page.expectError(/401.*console-session/);
  await page.goto(`${stack.baseUrl}/sign-in?code=${code}`);
  return page;
}

/** What the person does in the Playground, until the followup is there. */
async function seeItArrive(page: WatchedPage, message: string): Promise<void> {
  const chat = playgroundChat(page);
  await chat.writes('Hi, where is my order?');
  await page.getByRole('button', { name: 'Send as the agent' }).click();
  await chat.message('Hello! How can I help you?').waitFor();
  await chat.message(message).waitFor();
}

const one = async (path: string) => {
  const { items } = await stack.expect(200, 'GET', path);
  expect(items).toHaveLength(1);
  return items[0];
};

test('a person who has never seen it makes an agent, a channel and a followup, and sees it arrive', async () => {
  const beganAtMs = Date.now();
  const page = await openLink();
  const step = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  await step('Agent').getByLabel('Name').fill('Ada of Acme');
  await page.getByRole('button', { name: 'Create agent' }).click();
  await step('Channel').getByLabel('Name').fill('Shop chat');
  await page.getByRole('button', { name: 'Create web chat' }).click();
  await page.getByLabel('Title').fill('Order left open');
  await page.getByLabel('Message').fill('Shall I look where your order is?');
  await page.getByLabel('Delay').fill('2');
  await page.getByLabel('Unit').selectOption('hours');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Open the Playground' }).click();
  await seeItArrive(page, 'Shall I look where your order is?');
  expect(Date.now() - beganAtMs).toBeLessThan(withinMs);

  const agent = await one('/v1/agents');
  expect(agent).toMatchObject({ name: 'Ada of Acme', identity: { timeZone: 'Europe/Madrid' } });
  const channel = await one('/v1/channels?playground=false');
  expect(channel).toMatchObject({ agentId: agent.id, name: 'Shop chat', type: 'webchat' });
  expect(await one(`/v1/followups?channelId=${channel.id}`)).toMatchObject({
    title: 'Order left open',
    delaySeconds: 7_200,
    status: 'active',
  });
  const playground = await one('/v1/channels?playground=true');
  const delivery = await one(`/v1/deliveries?channelId=${playground.id}`);
  expect(delivery).toMatchObject({ message: 'Shall I look where your order is?' });
}, 200_000);

test('a person who wants to see it first lets samples be made, and sees it arrive', async () => {
  const beganAtMs = Date.now();
  const page = await openLink();
  await page.getByRole('button', { name: 'Make a sample of each' }).click();
  await seeItArrive(page, 'Are you still there? I am happy to help.');
  expect(Date.now() - beganAtMs).toBeLessThan(withinMs);
  await one('/v1/agents');
  const channel = await one('/v1/channels?playground=false');
  expect(await one(`/v1/followups?channelId=${channel.id}`)).toMatchObject({ delaySeconds: 1_800, status: 'active' });

  await page.getByRole('link', { name: 'First steps' }).click();
  for (const step of ['Agent', 'Channel', 'Followup']) {
    await page.getByRole('heading', { name: `${step} (done)` }).waitFor();
  }
}, 200_000);

test('with the keyboard alone a followup is created', async () => {
  const agent = await stack.expect(201, 'POST', '/v1/agents', { name: 'Ada', identity: { timeZone: 'Europe/Madrid' } });
  const channel = { agentId: agent.id, type: 'webchat' };
  await stack.expect(201, 'POST', '/v1/channels', { ...channel, name: 'Shop chat' });
  const wanted = await stack.expect(201, 'POST', '/v1/channels', { ...channel, name: 'Help chat' });
  const page = await openLink();
  const { keyboard } = page;
  const dialog = page.getByRole('dialog');

  await page.getByRole('heading', { name: 'Follow ups' }).waitFor();
  await keyboard.press('n');
  await dialog.getByLabel('Title').waitFor();
  await tabTo(page, dialog.getByLabel('Title'));
  await keyboard.type('Still there?');
  await tabTo(page, dialog.getByLabel('Message'));
  await keyboard.type('Are you still there?');
  await tabTo(page, dialog.getByLabel('Delay'));
  await keyboard.press('Control+A');
  await keyboard.type('2');
  await tabTo(page, dialog.getByLabel('Unit'));
  await keyboard.type('hours');
  await tabTo(page, dialog.getByLabel('Survey type'));
  await keyboard.type('CSAT');
  await tabTo(page, dialog.getByRole('checkbox', { name: 'Help chat' }));
  await keyboard.press('Space');
  await tabTo(page, dialog.getByRole('button', { name: 'Save' }));
  await keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Still there\?/ }).waitFor();

  expect(await one('/v1/followups')).toMatchObject({
    title: 'Still there?',
    message: 'Are you still there?',
    delaySeconds: 7_200,
    surveyType: 'csat',
    channelIds: [wanted.id],
    status: 'active',
  });
});

/** Goes on with Tab until the keyboard is there. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await wanted.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${wanted}.`);
}
