import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import type { FrameLocator, Page } from 'playwright-core';
import { surveyTypes } from '../../src/surveys/scales';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { type HostPage, startHostPage } from '../support/host-page';
import { makeChannel, makeFollowup } from '../support/scenario';

/** Opened by nothing but a script in what somebody wrote. */
const hostile = '<img src=x onerror="window.hacked = true"> & <b>bold</b>';
const browser = sharedBrowser();
const hosts: HostPage[] = [];
let stack: ConsoleStack;

beforeAll(async () => {
  stack = await startConsole();
});
afterAll(async () => {
  for (const host of hosts) await host.close();
  await stack?.stop();
});

async function makeWebchat(fields: object = {}): Promise<string> {
  const { channelId } = await makeChannel(stack, {
    agent: { name: 'Ada' },
    channel: { type: 'webchat', endpoint: null, ...fields },
  });
  return channelId;
}

async function host(attributes: string, options?: { copies?: number }): Promise<HostPage> {
  const started = await startHostPage(stack.baseUrl, attributes, options);
  hosts.push(started);
  return started;
}

const launcher = (page: Page) => page.getByRole('button', { name: /^(Open|Close) chat/ });
const message = (chat: Page | FrameLocator, text: string) => chat.getByRole('log').getByText(text, { exact: true });
const writing = (chat: Page | FrameLocator) => chat.getByRole('textbox', { name: 'Message', exact: true });

async function write(chat: Page | FrameLocator, text: string): Promise<void> {
  await writing(chat).fill(text);
  await writing(chat).press('Enter');
}

/** The conversation of the only visitor that a channel has. */
const visitorOf = (channelId: string): Promise<string> =>
  eventually(`a visitor of ${channelId}`, async () => {
    const { items } = await stack.expect(200, 'GET', `/v1/sessions?channelId=${channelId}`);
    return items[0]?.conversationId;
  });

/** What a bot does. */
const answer = (channelId: string, conversationId: string, text: string, from = 'agent') =>
  stack.expect(202, 'POST', `/v1/channels/${channelId}/conversations/${conversationId}/messages`, {
    id: randomUUID(),
    from,
    text,
  });

const transcript = async (channelId: string, conversationId: string): Promise<{ from: string; text: string }[]> =>
  (await stack.expect(200, 'GET', `/v1/channels/${channelId}/conversations/${conversationId}/transcript`)).items;

const open = async (path: string, options = {}) => {
  const page = await browser.open(options);
  await page.goto(stack.baseUrl + path);
  return page;
};

test('on the page of a shop: a talk, a followup, and all of it again when the visitor comes back', async () => {
  const channelId = await makeWebchat();
  const shop = await host(`data-channel="${channelId}"`);
  await stack.expect(200, 'PATCH', `/v1/channels/${channelId}`, { allowedOrigins: [shop.origin] });
  await makeFollowup(stack, channelId, { message: 'Is that all for today?', delaySeconds: 2, surveyType: 'csat' });
  const page = await browser.open();
  const chat = page.frameLocator('iframe[title="Chat"]');

  // With the keyboard alone, to the composer and back.
  await page.goto(shop.url);
  await launcher(page).waitFor();
  expect(await launcher(page).getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await chat.getByRole('heading', { name: 'Ada' }).waitFor();
  await chat.getByText('Available now').waitFor();
  expect(await launcher(page).getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.type(hostile);
  await page.keyboard.press('Enter');
  await message(chat, hostile).waitFor();

  const visitor = await visitorOf(channelId);
  await answer(channelId, visitor, `We heard: ${hostile}`);
  await message(chat, `We heard: ${hostile}`).waitFor();
  await answer(channelId, visitor, 'Marta here, I look at it.', 'operator');
  await message(chat, 'Marta here, I look at it.').waitFor();
  await answer(channelId, visitor, 'See https://shop.example.com/returns, please.');
  expect(await chat.getByRole('link').getAttribute('href')).toBe('https://shop.example.com/returns');
  await message(chat, 'Is that all for today?').waitFor();

  await page.keyboard.press('Escape');
  expect(await launcher(page).getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Enter');
  expect(await launcher(page).getAttribute('aria-expanded')).toBe('true');
  // Nothing of a text became an element, here or there.
  expect(await chat.locator('#log img, #log b').count()).toBe(0);
  expect(await page.evaluate('window.hacked')).toBeUndefined();

  // The tab is closed, and something comes meanwhile.
  const context = page.context();
  await page.close();
  await answer(channelId, visitor, 'Your order is on its way.');
  const later = await context.newPage();
  await later.goto(shop.url);
  const again = later.frameLocator('iframe[title="Chat"]');
  await later.getByRole('button', { name: 'Open chat, 1 new message' }).click();
  await message(again, 'Your order is on its way.').waitFor();
  for (const said of [hostile, `We heard: ${hostile}`, 'Marta here, I look at it.', 'Is that all for today?']) {
    expect([said, await message(again, said).count()]).toEqual([said, 1]);
  }

  // The survey, with a comment, and another answer.
  const stored = () =>
    stack.database
      .sql`select survey_score as score, survey_comment as comment from deliveries where channel_id = ${channelId}`;
  await again.getByRole('button', { name: '5, Very satisfied' }).click();
  await again.getByText('Thank you. You can change your answer.').waitFor();
  expect(await stored()).toEqual([{ score: 5, comment: null }]);
  await again.getByLabel('Anything you would like to add?').fill('Quick!');
  await again.getByRole('button', { name: 'Send comment' }).click();
  await again.getByText('Thank you for your comment.').waitFor();
  await again.getByRole('button', { name: '2 of 5' }).click();
  await again.getByText('Thank you. You can change your answer.').waitFor();
  expect(await stored()).toEqual([{ score: 2, comment: 'Quick!' }]);
  await later.reload();
  await launcher(later).click();
  expect(await again.getByRole('button', { name: '2 of 5', pressed: true }).count()).toBe(1);

  expect((await transcript(channelId, visitor)).map(({ from }) => from)).toEqual([
    ...['user', 'agent', 'operator', 'agent', 'followup', 'agent'],
  ]);
});

test('nobody is a visitor before they write', async () => {
  const channelId = await makeWebchat();
  const page = await browser.open();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.goto((await host(`data-channel="${channelId}" data-open`)).url);
  const chat = page.frameLocator('iframe[title="Chat"]');
  await chat.getByText('Available now').waitFor();
  expect(asked.filter((request) => request.includes('/v1/'))).toEqual([`GET /v1/webchat/${channelId}`]);
  await write(chat, 'Hello!');
  await visitorOf(channelId);
  expect(asked.filter((request) => request.startsWith('POST'))).toEqual([
    `POST /v1/webchat/${channelId}/visitors`,
    `POST /v1/webchat/${channelId}/messages`,
  ]);
});

test('what was not sent says so, and is sent once when it is tried again', async () => {
  const channelId = await makeWebchat();
  const page = await open(`/webchat/${channelId}`);
  page.expectError(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await write(page, 'Hello?');
  const visitor = await visitorOf(channelId);

  await page.context().setOffline(true);
  await page.getByText('You are offline.').waitFor();
  await write(page, 'Still there?');
  const retry = page.getByRole('button', { name: 'Not sent. Try again' });
  await retry.waitFor();
  await page.context().setOffline(false);
  await retry.click();
  await retry.waitFor({ state: 'detached' });

  // The service takes this one, but the first answer is lost on the way: it is sent again with the same id.
  let lost = 0;
  await page.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await write(page, 'Once?');
  await eventually('the message, sent', () =>
    page
      .locator('.message.sending')
      .count()
      .then((count) => count === 0),
  );
  expect(lost).toBe(1);
  const said = (await transcript(channelId, visitor)).map(({ text }) => text);
  expect(said).toEqual(['Hello?', 'Still there?', 'Once?']);
  await page.reload();
  await message(page, 'Once?').waitFor();
  expect(await page.getByRole('log').locator('.bubble').allTextContents()).toEqual(said);
});

test('it works where the browser lets the frame store nothing', async () => {
  const channelId = await makeWebchat();
  const page = await browser.open();
  await page.addInitScript(`Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('The user denied permission.', 'SecurityError'); } })`);
  await page.goto(`${stack.baseUrl}/webchat/${channelId}`);
  await write(page, 'Hello!');
  await answer(channelId, await visitorOf(channelId), 'Hello to you.');
  await message(page, 'Hello to you.').waitFor();
});

test('a page of another origin gets neither the frame nor a launcher', async () => {
  const channelId = await makeWebchat({ allowedOrigins: ['https://shop.example.com'] });
  const page = await browser.open();
  page.expectError(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE/);
  const refused = page.waitForEvent('console', { predicate: (said) => said.text().includes('frame-ancestors') });
  await page.goto((await host(`data-channel="${channelId}"`)).url);
  await refused;
  expect(await launcher(page).count()).toBe(0);
  expect(await page.frameLocator('iframe[title="Chat"]').getByRole('log').count()).toBe(0);
});

test('included twice, it is there once; a script without a channel says what it lacks', async () => {
  const channelId = await makeWebchat();
  const page = await browser.open();
  await page.goto((await host(`data-channel="${channelId}"`, { copies: 2 })).url);
  await launcher(page).waitFor();
  expect(await launcher(page).count()).toBe(1);
  expect(await page.locator('iframe[title="Chat"]').count()).toBe(1);

  page.expectError(/data-channel/);
  const said = page.waitForEvent('console', { predicate: (one) => one.text().includes('data-channel') });
  await page.goto((await host('')).url);
  expect((await said).type()).toBe('error');
  expect(await launcher(page).count()).toBe(0);
});

test('the Playground learns whose conversation it is, and begins anew', async () => {
  const channelId = await makeWebchat({ allowedOrigins: ['https://shop.example.com'] });
  // Any page of the same origin that has no policy.
  const page = await open('/problems/not_found');
  page.expectError(/favicon/);
  await page.evaluate(`
    window.told = [];
    addEventListener('message', ({ data }) => told.push(data));
    const frame = document.createElement('iframe');
    frame.src = '/webchat/${channelId}?theme=dark';
    document.body.append(frame);`);
  const chat = page.frameLocator('iframe');
  await write(chat, 'Hello!');
  const conversations = () =>
    page.evaluate<string[]>(
      `told.filter(({ type }) => type === 'followups:conversation').map((one) => one.conversationId)`,
    );
  const [first] = await eventually('the conversation', async () => {
    const seen = await conversations();
    return seen.length > 0 && seen;
  });
  expect(first).toBe(await visitorOf(channelId));

  await page.evaluate(`document.querySelector('iframe').contentWindow.postMessage({ type: 'followups:restart' }, '*')`);
  await message(chat, 'Hello!').waitFor({ state: 'detached' });
  await write(chat, 'Somebody else.');
  const second = await eventually('another conversation', async () =>
    (await conversations()).find((id) => id !== first),
  );
  const [said] = await eventually('what was said in it', async () => {
    const messages = await transcript(channelId, second);
    return messages.length > 0 && messages;
  });
  expect(said?.text).toBe('Somebody else.');
});

test('it says when the agent is back, and when the chat has been closed', async () => {
  const day = DateTime.now().setZone('Europe/Madrid').plus({ days: 3 }).setLocale('en').weekdayLong ?? '';
  const { channelId } = await makeChannel(stack, {
    identity: { availability: { mode: 'hours', weekly: [{ day: day.toLowerCase(), from: '09:00', to: '10:00' }] } },
    channel: { type: 'webchat', endpoint: null },
  });
  const page = await open(`/webchat/${channelId}`);
  await page.getByText(`Back on ${day} at 09:00`).waitFor();
  await stack.expect(204, 'DELETE', `/v1/channels/${channelId}`);
  page.expectError(/404/);
  await write(page, 'Hello?');
  await page.getByText('This chat has been closed.').waitFor();
  expect(await writing(page).isDisabled()).toBe(true);
});

test('nothing bars anybody: the page with everything in it, and the launcher, in both themes', async () => {
  const channelId = await makeWebchat();
  for (const surveyType of surveyTypes) {
    await makeFollowup(stack, channelId, { title: surveyType, message: `About ${surveyType}`, surveyType });
  }
  const page = await open(`/webchat/${channelId}?color=%23ffcc00`, { viewport: { width: 280, height: 600 } });
  await expectNoAxeViolations(page);
  await write(page, 'Hello!');
  await answer(channelId, await visitorOf(channelId), 'See https://shop.example.com.');
  for (const surveyType of surveyTypes) await message(page, `About ${surveyType}`).waitFor();
  await page.getByRole('button', { name: '10, Extremely likely' }).click();
  await page.getByText('Thank you. You can change your answer.').waitFor();
  page.expectError(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await write(page, 'Lost.');
  await page.getByRole('button', { name: 'Not sent. Try again' }).waitFor();
  await expectNoAxeViolations(page);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(280);
  for (const button of await page.getByRole('button').all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  }

  const shop = await browser.open();
  await shop.goto((await host(`data-channel="${channelId}" data-color="#ffcc00"`)).url);
  await launcher(shop).waitFor();
  await expectNoAxeViolations(shop);
});
