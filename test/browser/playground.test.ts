import { DateTime } from 'luxon';
import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser, type WatchedPage } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { playgroundChat, speak } from '../support/playground-page';
import { makeChannel, makeFollowup } from '../support/scenario';
import { signInCookie } from '../support/sign-in';

const browser = sharedBrowser();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
let stack: ConsoleStack;

beforeAll(async () => {
  stack = await startConsole();
}, 300_000);
afterAll(() => stack?.stop());

const playgroundOf = async (agentId: string) =>
  (await stack.expect(200, 'GET', `/v1/channels?agentId=${agentId}&playground=true`)).items[0];
const triedOn = async (channelId: string) =>
  (await stack.expect(200, 'GET', `/v1/followups?channelId=${channelId}`)).items;
const sessionsOn = async (channelId: string) =>
  (await stack.expect(200, 'GET', `/v1/sessions?channelId=${channelId}`)).items;

/** An agent's Playground, with what it is made of, as somebody left it. */
async function readyPlayground({ agent = {}, identity = {}, followup = {}, channel = {} } = {}) {
  const made = await makeChannel(stack, {
    agent: { name: 'Ada', ...agent },
    identity,
    channel: { type: 'webchat', endpoint: null, name: 'Playground', playground: true, ...channel },
  });
  const followupId = await makeFollowup(stack, made.channelId, {
    message: 'Are you still there?',
    delaySeconds: 600,
    cooldownSeconds: 0,
    ...followup,
  });
  return { ...made, followupId };
}

async function open(agentId: string, search = ''): Promise<ReturnType<typeof playgroundChat> & { page: WatchedPage }> {
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/playground${search}`);
  return { page, ...playgroundChat(page) };
}

/** The followup's part of what the session explains. */
const storyOf = (page: Page, title = 'Still there?') =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: title }) });
const stepNow = (page: Page) => page.getByRole('list', { name: 'What to do' }).locator('[aria-current="step"]');

test('one click sets it up; the followup arrives, its survey is answered, and it counts nowhere', async () => {
  const { agentId } = await makeChannel(stack, { agent: { name: 'Ada' } });
  const { page, writes, message, frame } = await open(agentId);
  await expectNoAxeViolations(page);
  await page.getByRole('button', { name: 'Try it' }).click();
  await frame.getByRole('heading', { name: 'Ada' }).waitFor();
  const channel = await playgroundOf(agentId);
  expect(channel).toMatchObject({ type: 'webchat', name: 'Playground', ignoreAvailability: true });
  const [followup] = await triedOn(channel.id);
  expect(followup).toMatchObject({ delaySeconds: 10, message: 'Are you still there?', channelIds: [channel.id] });
  expect(await page.getByRole('button', { name: 'Send as the agent' }).isDisabled()).toBe(true);

  await page.getByLabel('Delay').fill('3');
  await page.getByLabel('Message', { exact: true }).fill('Still with me?');
  await page.getByLabel('Survey type').selectOption('csat');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It is at work at once, in open sessions as well.', { exact: true }).waitFor();
  const edited = { delaySeconds: 3, message: 'Still with me?', surveyType: 'csat' };
  expect((await triedOn(channel.id))[0]).toMatchObject(edited);

  expect(await stepNow(page).textContent()).toContain('Write in the chat');
  await writes('Hi!');
  await stepNow(page).filter({ hasText: 'Answer as the agent' }).waitFor();
  await storyOf(page).getByText('not_armed', { exact: true }).waitFor();
  await speak(page, 'Hello! How can I help?');
  await message('Hello! How can I help?').waitFor();
  await stepNow(page).filter({ hasText: 'Stay silent' }).waitFor();
  await message('Still with me?').waitFor();
  await storyOf(page).getByText('Sent', { exact: true }).waitFor();
  await frame.getByRole('button', { name: '5, Very satisfied' }).click();
  await frame.getByText('Thank you. You can change your answer.').waitFor();
  await page.getByText('The user answered the survey of').waitFor();
  await expectNoAxeViolations(page);

  const [delivery] = (await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channel.id}`)).items;
  expect(delivery).toMatchObject({ status: 'sent', surveyAnswer: { score: 5 } });
  const stats = await stack.expect(200, 'GET', `/v1/followups/${followup.id}/stats`);
  expect(stats).toMatchObject({ sent: 0 });
  await page.getByRole('link', { name: 'Follow ups' }).click();
  await page.getByRole('heading', { name: 'No followups yet' }).waitFor();
});

test('it says why at each moment: a reply, an operator, a goodbye, the end', async () => {
  const { agentId, channelId } = await readyPlayground();
  const { page, writes, message } = await open(agentId);
  await writes('Hi!');
  await message('Hi!').waitFor();
  await speak(page, 'Hello!');
  await storyOf(page).getByText('Waiting', { exact: true }).waitFor();
  await storyOf(page)
    .getByText(/^in 9 min \d+ s$/)
    .waitFor();
  await writes('Where is my order?');
  await storyOf(page).getByText('user_replied', { exact: true }).waitFor();
  await speak(page, 'Marta here, I look at it.', 'operator');
  await message('Marta here, I look at it.').waitFor();
  await storyOf(page).getByText('operator_active', { exact: true }).waitFor();
  await page.getByLabel('Speak as').selectOption('agent');
  await page.getByLabel('And wait for').selectOption('nobody');
  await speak(page, 'Goodbye!');
  await storyOf(page).getByText('reply_not_expected', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'End conversation' }).click();
  await page.getByText('What happened, and why').waitFor();

  const [session] = await sessionsOn(channelId);
  expect(session).toMatchObject({ status: 'ended', endedBy: 'gateway' });
  expect((await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}&status=sent`)).items).toEqual([]);
  await page.getByRole('link', { name: 'View the session' }).click();
  await page.getByRole('heading', { level: 1, name: session.conversationId }).waitFor();
});

test('starting over is somebody else, to whom it is sent again', async () => {
  const { agentId, channelId } = await readyPlayground({ followup: { delaySeconds: 1 } });
  const { page, writes, message } = await open(agentId);
  await writes('Hi!');
  await message('Hi!').waitFor();
  await speak(page, 'Hello!');
  await message('Are you still there?').waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  await message('Hi!').waitFor({ state: 'detached' });
  expect(await page.getByRole('button', { name: 'Send as the agent' }).isDisabled()).toBe(true);
  await writes('Hi, it is me.');
  await message('Hi, it is me.').waitFor();
  await speak(page, 'Hello to you!');
  await message('Are you still there?').waitFor();
  expect(await message('Hello!').count()).toBe(0);
  const conversations = (await sessionsOn(channelId)).map((one: { conversationId: string }) => one.conversationId);
  expect(new Set(conversations).size).toBe(2);

  // Who comes back finds the conversation, and what it explains.
  await page.reload();
  await message('Hi, it is me.').waitFor();
  await storyOf(page).getByText('Sent', { exact: true }).waitFor();
});

test('a followup of the agent is copied to be tried, soon, and again when another one is chosen', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const first = await makeFollowup(stack, channelId, {
    title: 'Basket',
    message: 'Your basket waits.',
    delaySeconds: 14_400,
    surveyType: 'thumbs',
  });
  const second = await makeFollowup(stack, channelId, { title: 'Quick', message: 'Quick?', delaySeconds: 4 });
  const { page, writes, message } = await open(agentId, `?followup=${first}`);
  await page.getByRole('heading', { name: 'Try: Basket' }).waitFor();
  await page.waitForURL(`${stack.baseUrl}/agents/${agentId}/playground`);
  const playground = await playgroundOf(agentId);
  const copy = { message: 'Your basket waits.', delaySeconds: 10, surveyType: 'thumbs', cooldownSeconds: 0 };
  expect(await triedOn(playground.id)).toEqual([expect.objectContaining({ title: 'Try: Basket', ...copy })]);
  await writes('Hi!');
  await message('Hi!').waitFor();

  await page.goto(`${stack.baseUrl}/agents/${agentId}/playground?followup=${second}`);
  await page.getByRole('heading', { name: 'Try: Quick' }).waitFor();
  // It is tried by somebody new.
  await stepNow(page).filter({ hasText: 'Write in the chat' }).waitFor();
  await message('Hi!').waitFor({ state: 'detached' });
  expect(await triedOn(playground.id)).toEqual([
    expect.objectContaining({ title: 'Try: Quick', message: 'Quick?', delaySeconds: 4, surveyType: null }),
  ]);
  // What is copied is left as it is.
  expect(await stack.expect(200, 'GET', `/v1/followups/${first}`)).toMatchObject({ delaySeconds: 14_400 });

  await writes('Hello?');
  await message('Hello?').waitFor();
  await speak(page, 'Hello.');
  await message('Quick?').waitFor();
});

test('hours are ignored, or not', async () => {
  const day = DateTime.now().setZone('Europe/Madrid').plus({ days: 3 }).setLocale('en').weekdayLong ?? '';
  const { agentId, channelId } = await readyPlayground({
    identity: { availability: { mode: 'hours', weekly: [{ day: day.toLowerCase(), from: '09:00', to: '10:00' }] } },
    followup: { delaySeconds: 1 },
  });
  const { page, writes, message } = await open(agentId);
  await writes('Hi!');
  await message('Hi!').waitFor();
  await speak(page, 'Hello!');
  await storyOf(page).getByText('Queued', { exact: true }).waitFor();
  expect(await message('Are you still there?').count()).toBe(0);
  await page.getByRole('switch', { name: 'Ignore hours' }).click();
  await message('Are you still there?').waitFor();
  expect((await playgroundOf(agentId)).ignoreAvailability).toBe(true);
  expect(await sessionsOn(channelId)).toHaveLength(1);
});

test('who edits the followup at the same time chooses', async () => {
  const { agentId, followupId } = await readyPlayground();
  const { page } = await open(agentId);
  page.expectError(/412/);
  const delay = page.getByLabel('Delay');
  await delay.fill('20');
  await stack.expect(200, 'PATCH', `/v1/followups/${followupId}`, { delaySeconds: 7_200 });
  await page.getByRole('button', { name: 'Save' }).click();
  const choice = page.getByRole('dialog', { name: 'Somebody else changed this followup' });
  await choice.getByText('2 hours').waitFor();
  await choice.getByRole('button', { name: 'Keep mine' }).click();
  await eventually('what was kept', async () => {
    const { delaySeconds } = await stack.expect(200, 'GET', `/v1/followups/${followupId}`);
    return delaySeconds === 1_200;
  });
});

test('who may only look sees it, on a phone too, and can neither speak nor change anything', async () => {
  const { agentId } = await readyPlayground();
  const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Looker', scope: 'read' });
  const page = await browser.open(phone);
  await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
  await page.goto(`${stack.baseUrl}/agents/${agentId}/playground`);
  await playgroundChat(page).frame.getByRole('heading', { name: 'Ada' }).waitFor();
  expect(await page.getByLabel('What to say').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  expect(await page.getByLabel('Delay').isDisabled()).toBe(true);
  expect(await page.getByRole('switch', { name: 'Ignore hours' }).isDisabled()).toBe(true);
  await expectNoAxeViolations(page);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
});
