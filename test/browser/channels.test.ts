import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser, type WatchedPage } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';

const browser = sharedBrowser();
let stack: ConsoleStack;
let agentId: string;
beforeAll(async () => {
  stack = await startConsole();
  const identity = { timeZone: 'Europe/Madrid' };
  agentId = (await stack.expect(201, 'POST', '/v1/agents', { name: 'Ada', identity })).id;
}, 300_000);
afterEach(() => {
  stack.gateway.answer = answer200;
});
afterAll(() => stack?.stop());

const channel = (channelId: string) => stack.expect(200, 'GET', `/v1/channels/${channelId}`);
const makeWebchat = async (name: string): Promise<string> =>
  (await stack.expect(201, 'POST', '/v1/channels', { agentId, name, type: 'webchat' })).id;

async function visitChannels(page: Page): Promise<void> {
  await stack.visit(page, `/agents/${agentId}/channels`);
  await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
}

async function visitChannel(of: { agentId: string; channelId: string }): Promise<WatchedPage> {
  const page = await browser.open();
  await stack.visit(page, `/agents/${of.agentId}/channels/${of.channelId}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const chooseAction = async (page: Page, name: string) => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
};

/** What a snippet says, run against this service: it names the public URL, which is another one here. */
const runnable = (code: string) => code.replaceAll('http://127.0.0.1:3000', stack.baseUrl);
const code = (page: Page, label: string) =>
  page.getByRole('figure').filter({ hasText: label }).locator('pre').innerText();

const run = async (command: string) => {
  const env = { ...process.env, FOLLOWUPS_API_KEY: stack.adminKey };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { env });
  return stdout;
};

it('makes a webhook, shows its secret once, and the test that it sends is signed with it', async () => {
  const page = await browser.open();
  page.expectError(/status of 422/);
  await visitChannels(page);
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog', { name: 'New channel' });
  await dialog.getByLabel('Name').fill('WhatsApp');
  await dialog.getByLabel('Endpoint URL').fill('gateway.example.com');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'must begin with https:// or http://' }).waitFor();
  await dialog.getByLabel('Endpoint URL').fill(stack.gateway.url);
  await expectNoAxeViolations(page);
  await dialog.getByRole('button', { name: 'Create' }).click();

  await page.getByText('it is shown this once').waitFor();
  await expectNoAxeViolations(page);
  const secret = await page.getByRole('dialog').locator('pre').innerText();
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'Go on to the channel' }).click();
  await page.getByRole('heading', { name: 'WhatsApp', level: 1 }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'WhatsApp', level: 1 }).waitFor();
  expect(await page.content()).not.toContain(secret);

  stack.gateway.secret = secret;
  await page.getByRole('button', { name: 'Send a test' }).click();
  const result = page.getByRole('region', { name: 'Result of the test' });
  await result.getByText('Accepted').waitFor();
  await result.getByText('200', { exact: true }).waitFor();
  await result.getByText(/^\d+ ms$|^[\d.]+ s$/).waitFor();
  const request = stack.gateway.of('test').at(-1);
  expect(request).toMatchObject({ verified: true, data: { test: true } });
  expect(await result.innerText()).toContain(request?.webhookId);
  await expectNoAxeViolations(page);
});

it('rotates the secret: shown once, and for a day both are good', async () => {
  const made = await makeChannel(stack);
  const old = stack.gateway.secret;
  const page = await visitChannel(made);
  await chooseAction(page, 'Rotate the signing secret');
  await page.getByRole('alertdialog').getByText('stays valid for 24 hours').waitFor();
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'The new signing secret' });
  const secret = await dialog.locator('pre').innerText();
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe(old);
  await dialog.getByRole('button', { name: 'Done' }).click();
  for (const valid of [secret, old]) {
    stack.gateway.secret = valid;
    await stack.expect(200, 'POST', `/v1/channels/${made.channelId}/test`);
    expect(stack.gateway.of('test').at(-1)?.verified).toBe(true);
  }
});

it('says of an endpoint that does not answer what came back, and why', async () => {
  const made = await makeChannel(stack, { channel: { endpoint: { url: 'http://127.0.0.1:1/nothing' } } });
  const page = await visitChannel(made);
  await page.getByRole('button', { name: 'Send a test' }).click();
  const result = page.getByRole('region', { name: 'Result of the test' });
  await result.getByText('Not reached').waitFor();
  await result.getByText('ECONNREFUSED').waitFor();
});

it('waits for a gateway that hangs until the test is over, and says that no answer came', async () => {
  stack.gateway.answer = () => {};
  const page = await visitChannel(await makeChannel(stack));
  await page.getByRole('button', { name: 'Send a test' }).click();
  const result = page.getByRole('region', { name: 'Result of the test' });
  await result.getByText('It was sent, but no answer came.').waitFor();
  await result.getByText('DEADLINE').waitFor();
  await result.getByText('10 s', { exact: true }).waitFor();
});

it('says when the endpoint last worked', async () => {
  const made = await makeChannel(stack);
  await makeFollowup(stack, made.channelId);
  const page = await visitChannel(made);
  const lastSuccess = page.getByText('Last success', { exact: true }).locator('..').getByRole('definition');
  await lastSuccess.getByText('Never', { exact: true }).waitFor();
  const chat = conversation(stack, made.channelId);
  await chat.says('agent');
  await chat.sent(1);
  await lastSuccess.getByText(/^\d\d:\d\d$/).waitFor();
});

it('gives snippets that work as they are: the one for curl opens a session', async () => {
  const made = await makeChannel(stack);
  const page = await visitChannel(made);
  const { status } = await stack.call('GET', `/v1/channels/${made.channelId}/conversations/visitor-1/session`);
  expect(status).toBe(404);
  expect(await run(runnable(await code(page, 'curl')))).toContain('"accepted":true');
  expect(await conversation(stack, made.channelId, 'visitor-1').session()).toMatchObject({ status: 'open' });

  await page.getByRole('tab', { name: 'Temporal signal' }).click();
  const signal = await code(page, 'Temporal signal');
  for (const value of [stack.taskQueue, stack.namespace, `session/${made.channelId}/visitor-1`]) {
    expect(signal).toContain(value);
  }
});

it('makes a web chat, whose page and whose bot work as the snippets say', async () => {
  const page = await browser.open();
  await visitChannels(page);
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByLabel('Name').fill('Shop chat');
  await page.getByRole('radio', { name: /Web chat/ }).check();
  expect(await page.getByLabel('Endpoint URL').count()).toBe(0);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Shop chat', level: 1 }).waitFor();
  const channelId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  expect(await channel(channelId)).toMatchObject({ type: 'webchat', name: 'Shop chat', endpoint: null });

  const [, src = '', embedded] = /src="([^"]+)" data-channel="([^"]+)"/.exec(await code(page, 'HTML')) ?? [];
  expect(embedded).toBe(channelId);
  expect((await fetch(runnable(src))).status).toBe(200);

  await page.getByRole('tab', { name: 'curl' }).click();
  await run(runnable(await code(page, 'curl')));
  const { items } = await stack.expect(200, 'GET', `/v1/channels/${channelId}/conversations/visitor-1/transcript`);
  expect(items).toEqual([expect.objectContaining({ from: 'agent', text: 'How can I help?' })]);
  await expectNoAxeViolations(page);
});

it('changes settings in words, and says what is wrong at the field', async () => {
  const made = await makeChannel(stack);
  const page = await visitChannel(made);
  page.expectError(/status of 422/);
  await page.getByLabel('A session ends when nobody wrote for').fill('0.0001');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'sessionIdleSeconds' }).waitFor();
  await page.getByLabel('A session ends when nobody wrote for').fill('90');
  await page.getByLabel('Unit', { exact: true }).first().selectOption('minutes');
  await page.getByLabel('Messaging window', { exact: true }).selectOption('After the user’s last message, for');
  await page.getByLabel('A followup outside the window').selectOption('Send it, marked as outside the window');
  await page.getByText('More', { exact: true }).click();
  await page.getByLabel('When an answer of the gateway was lost').selectOption('never_repeat');
  await page.getByLabel('Sends per second').selectOption('At most');
  await page.getByRole('textbox', { name: 'At most, per second' }).fill('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
  expect(await channel(made.channelId)).toMatchObject({
    sessionIdleSeconds: 5_400,
    messagingWindowSeconds: 86_400,
    outsideWindow: 'send',
    ambiguousSend: 'never_repeat',
    maxSendsPerSecond: 5,
    revision: 2,
  });
});

it('says for how long a web chat keeps its messages, and which pages may show it', async () => {
  const channelId = await makeWebchat('Shop');
  const page = await visitChannel({ agentId, channelId });
  page.expectError(/status of 422/);
  await page.getByLabel('Messages are kept for').fill('7');
  await page.getByLabel('Pages that may show the chat').fill('https://shop.example.com\nshop.example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'allowedOrigins' }).waitFor();
  await page.getByLabel('Pages that may show the chat').fill('https://shop.example.com\nhttps://www.example.com\n');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
  expect(await channel(channelId)).toMatchObject({
    transcriptRetentionSeconds: 604_800,
    allowedOrigins: ['https://shop.example.com', 'https://www.example.com'],
  });
});

it('says that a channel is paused, why, and lets it send again', async () => {
  const made = await makeChannel(stack);
  await makeFollowup(stack, made.channelId, { maxLatenessSeconds: 86_400 });
  stack.gateway.answer = (_request, response) => void response.writeHead(410).end();
  const chat = conversation(stack, made.channelId);
  await chat.says('agent');
  await eventually('the pause', async () => (await channel(made.channelId)).paused);

  const page = await visitChannel(made);
  const health = page.getByRole('region', { name: 'Health' });
  await health.getByText('Paused', { exact: true }).waitFor();
  await health
    .getByText(/\(410\)/)
    .first()
    .waitFor();
  await expectNoAxeViolations(page);
  stack.gateway.answer = answer200;
  await health.getByRole('button', { name: 'Resume' }).click();
  await health.getByText('Nothing is sent').waitFor({ state: 'detached' });
  expect((await channel(made.channelId)).paused).toBeNull();
});

it('warns of a gateway that reports one side only, in the list as well', async () => {
  const made = await makeChannel(stack);
  for (let count = 0; count < 5; count += 1) {
    const chat = conversation(stack, made.channelId);
    await chat.says('agent');
    await chat.end();
    await chat.closed();
  }
  const page = await visitChannel(made);
  await page.getByText('It reports only one side').waitFor();
  await page.getByText(/The last 5 sessions have messages of the agent only/).waitFor();
  await page.getByRole('link', { name: 'Channels' }).first().click();
  await page.getByRole('row').getByText('One side only').waitFor();
});

it('lists channels with their type, health, endpoint and followups, without those of the Playground', async () => {
  const made = await makeChannel(stack, { channel: { name: 'Telegram' } });
  await makeFollowup(stack, made.channelId);
  await stack.expect(201, 'POST', '/v1/channels', {
    agentId: made.agentId,
    name: 'Trying out',
    type: 'webchat',
    playground: true,
  });
  for (const width of [1280, 360]) {
    const page = await browser.open({ viewport: { width, height: 800 } });
    await stack.visit(page, `/agents/${made.agentId}/channels`);
    const row = page.getByRole('row').filter({ hasText: 'Telegram' });
    await row.getByText('Webhook').waitFor();
    await row.getByText('Not used yet').waitFor();
    await row.getByText(new URL(stack.gateway.url).host).waitFor();
    await row.getByRole('link', { name: '1 followup on Telegram' }).waitFor();
    expect(await page.getByText('Trying out').count()).toBe(0);
    await expectNoAxeViolations(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.close();
  }
});

it('says what to do where there is no channel yet', async () => {
  const identity = { timeZone: 'Europe/Madrid' };
  const { id } = await stack.expect(201, 'POST', '/v1/agents', { name: 'New', identity });
  const page = await browser.open();
  await stack.visit(page, `/agents/${id}/channels`);
  await page.getByRole('heading', { name: 'No channels yet' }).waitFor();
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByRole('dialog', { name: 'New channel' }).waitFor();
});

it('deletes a channel, with what ends with it', async () => {
  const made = await makeChannel(stack);
  await makeFollowup(stack, made.channelId, { delaySeconds: 3_600 });
  const chat = conversation(stack, made.channelId);
  await chat.says('agent');
  await chat.session();
  const page = await visitChannel(made);
  await chooseAction(page, 'Delete channel');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Its open sessions end').waitFor();
  await dialog.getByText('1 followup works on no other channel').waitFor();
  await dialog.getByRole('button', { name: 'Delete channel' }).click();
  await page.getByRole('heading', { name: 'No channels yet' }).waitFor();
  await stack.expect(404, 'GET', `/v1/channels/${made.channelId}`);
  await chat.closed();
});
