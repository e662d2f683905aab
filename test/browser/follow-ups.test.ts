import type { Locator, Page } from 'playwright-core';
import { newId } from '../../src/ids';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { signInCookie } from '../support/sign-in';

const browser = sharedBrowser();
let stack: ConsoleStack;

beforeAll(async () => {
  stack = await startConsole();
});
afterAll(() => stack?.stop());

/** Hours that do not begin within the next two days. */
function closedNow() {
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  return { mode: 'hours', weekly: [{ day: days[(new Date().getUTCDay() + 3) % 7], from: '09:00', to: '17:00' }] };
}

async function openFollowUps(agentId: string, { search = '', viewport = { width: 1_280, height: 860 } } = {}) {
  const page = await browser.open({ viewport });
  await stack.visit(page, `/agents/${agentId}/follow-ups${search}`);
  await page.getByRole('heading', { name: 'Follow ups', level: 1 }).waitFor();
  return page;
}

const row = (page: Page, title: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: title }) });
const dialog = (page: Page) => page.getByRole('dialog');

async function choose(page: Page, title: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${title}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

const titles = (page: Page) => page.getByRole('row').getByRole('link').allTextContents();

const followup = (id: string) => stack.expect(200, 'GET', `/v1/followups/${id}`);

/** The only followup of an agent with this title. */
const titled = async (agentId: string, title: string) => {
  const { items } = await stack.expect(200, 'GET', `/v1/followups?agentId=${agentId}`);
  return items.find((each: { title: string }) => each.title === title);
};

describe('New Followup', () => {
  it('is at work at once, and reaches the user', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const page = await openFollowUps(agentId);
    await page.getByText('No followups yet').waitFor();
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await dialog(page).getByLabel('Title').fill('Still there?');
    await dialog(page).getByLabel('Message').fill('Are you still there?');
    await dialog(page).getByLabel('Delay').fill('1');
    await dialog(page).getByLabel('Unit').selectOption('seconds');
    await dialog(page)
      .getByText("1 second after the agent's last message, on Web, at any hour, once per session.")
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await row(page, 'Still there?').getByText('Active now').waitFor();
    await dialog(page).waitFor({ state: 'detached' });

    expect(await titled(agentId, 'Still there?')).toMatchObject({
      ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds: 1, surveyType: null },
      ...{ channelIds: [channelId], status: 'active', trigger: 'no_reply', cooldownSeconds: null },
    });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const [request] = await chat.delivered(1);
    expect(request?.data.message).toBe('Are you still there?');
  });

  it('takes what stands under More, and says it in a sentence', async () => {
    const { agentId } = await makeChannel(stack, { identity: { availability: closedNow() } });
    await stack.expect(201, 'POST', '/v1/channels', { agentId, name: 'Shop', endpoint: { url: stack.gateway.url } });
    const page = await openFollowUps(agentId);
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await dialog(page).getByLabel('Title').fill('How was it?');
    await dialog(page).getByLabel('Message').fill('How was it?');
    await dialog(page).getByLabel('Survey type').selectOption('nps');
    await dialog(page).getByRole('checkbox', { name: /^Shop/ }).check();
    await dialog(page).getByRole('checkbox', { name: /^Web/ }).check();
    await dialog(page).getByText('More', { exact: true }).click();
    await dialog(page).getByLabel('Trigger').selectOption('conversation_over');
    await dialog(page).getByLabel('Cooldown', { exact: true }).selectOption('At least');
    await dialog(page).getByLabel('Cooldown, length', { exact: true }).fill('2');
    await dialog(page).getByLabel('Lateness', { exact: true }).selectOption('At most');
    await dialog(page).getByLabel('Lateness, length', { exact: true }).fill('');
    await dialog(page)
      .getByText(
        "30 minutes after the conversation is over, on Shop and Web, inside the agent's hours, once per session, " +
          'and not again in the same conversation within 2 days.',
      )
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('Give a number, for example 12, or choose the default.').waitFor();
    await dialog(page).getByLabel('Lateness, length', { exact: true }).fill('90');
    await dialog(page).getByLabel('Lateness, length, unit').selectOption('minutes');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await row(page, 'How was it?').waitFor();
    expect(await titled(agentId, 'How was it?')).toMatchObject({
      ...{ surveyType: 'nps', trigger: 'conversation_over', delaySeconds: 1_800 },
      ...{ cooldownSeconds: 172_800, maxLatenessSeconds: 5_400 },
    });
  });

  it('shows what is wrong at the field, in the words of the API', async () => {
    const { agentId } = await makeChannel(stack);
    const page = await openFollowUps(agentId);
    page.expectError(/status of 422/);
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await dialog(page).getByLabel('Message').fill('Hello?');
    await dialog(page).getByLabel('Delay').fill('40');
    await dialog(page).getByLabel('Unit').selectOption('days');
    await dialog(page).getByRole('checkbox', { name: /^Web/ }).uncheck();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).locator('input[aria-invalid=true]').first().waitFor();
    const { body } = await stack.call('POST', '/v1/followups', {
      ...{ title: '', message: 'Hello?', delaySeconds: 40 * 86_400, channelIds: [] },
    });
    expect(body.errors).toHaveLength(3);
    for (const { message } of body.errors) await dialog(page).getByRole('alert').filter({ hasText: message }).waitFor();
    await focused(page, dialog(page).getByLabel('Title'));
    await expectNoAxeViolations(page);
  });

  it('is made with the keyboard alone', async () => {
    const { agentId } = await makeChannel(stack);
    const page = await openFollowUps(agentId);
    await page.getByText('No followups yet').waitFor();
    await page.keyboard.press('n');
    await dialog(page).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await dialog(page).getByLabel('Title').waitFor();
    // The button that closes the dialog comes first.
    await focusOn(page, 'Title');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Hello?');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.type('hours');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    // The only channel is chosen already.
    await page.keyboard.press('Enter');
    await row(page, 'By keyboard').waitFor();
    expect(await titled(agentId, 'By keyboard')).toMatchObject({ message: 'Hello?', delaySeconds: 7_200 });
  });

  it('asks before what was typed is lost to Esc or to a click beside it', async () => {
    const { agentId } = await makeChannel(stack);
    const page = await openFollowUps(agentId);
    await page.getByText('No followups yet').waitFor();
    await page.keyboard.press('n');
    const title = page.getByRole('dialog', { name: 'New Followup' }).getByLabel('Title');
    await title.fill('Typed');
    const question = page.getByRole('alertdialog', { name: 'Close without saving?' });
    await page.keyboard.press('Escape');
    await question.waitFor();
    await expectNoAxeViolations(page);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await title.inputValue()).toBe('Typed');
    await page.mouse.click(5, 5);
    await question.getByRole('button', { name: 'Discard' }).click();
    await title.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await title.waitFor();
    expect(await title.inputValue()).toBe('');
  });

  it('leads to Channels where there is none', async () => {
    const agent = await stack.expect(201, 'POST', '/v1/agents', { name: 'New', identity: { timeZone: 'UTC' } });
    const page = await openFollowUps(agent.id);
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await dialog(page).getByText('There is no channel yet').waitFor();
    await dialog(page).getByRole('link', { name: 'Go to Channels' }).click();
    await page.waitForURL(`**/agents/${agent.id}/channels`);
    await dialog(page).waitFor({ state: 'detached' });
  });

  it('advises to measure first, with the second rule of a channel and with the first survey', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const page = await openFollowUps(agentId);
    const advice = dialog(page).getByText('Measure the first simple rule before adding more');
    await page.getByRole('button', { name: 'New Followup' }).first().click();
    await dialog(page).getByLabel('Title').waitFor();
    expect(await advice.count()).toBe(0);
    await dialog(page).getByLabel('Survey type').selectOption('csat');
    await dialog(page).getByText('This is the first survey.').waitFor();

    // Nobody but oneself is asked by what was made for trying.
    const trial = { agentId, name: 'Playground', type: 'webchat', playground: true };
    await makeFollowup(stack, (await stack.expect(201, 'POST', '/v1/channels', trial)).id, { surveyType: 'csat' });
    await page.reload();
    await page.getByText('No followups yet').waitFor();
    await page.keyboard.press('n');
    await dialog(page).getByLabel('Survey type').selectOption('csat');
    await dialog(page).getByText('This is the first survey.').waitFor();

    await makeFollowup(stack, channelId, { surveyType: 'csat' });
    await page.reload();
    await row(page, 'Still there?').waitFor();
    await page.keyboard.press('n');
    await dialog(page).getByText('Web already has a followup.').waitFor();
    expect(await dialog(page).getByText('This is the first survey.').count()).toBe(0);
  });
});

/** Waits until the keyboard is at this control. */
const focused = (page: Page, control: Locator) => control.and(page.locator(':focus')).waitFor();

/** Tabs on until the control with this label has the keyboard. */
async function focusOn(page: Page, label: string): Promise<void> {
  for (let tabs = 0; tabs < 5; tabs += 1) {
    if (await page.getByLabel(label).and(page.locator(':focus')).isVisible()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${label} is not reached with the keyboard.`);
}

describe('the table', () => {
  it('is searched, filtered and sorted, and its URL says how', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const other = (
      await stack.expect(201, 'POST', '/v1/channels', { agentId, name: 'Shop', endpoint: { url: stack.gateway.url } })
    ).id;
    await makeFollowup(stack, channelId, { title: 'Basket', delaySeconds: 7_200, message: 'About your basket' });
    await makeFollowup(stack, channelId, { title: 'Apple', delaySeconds: 60, channelIds: [channelId, other] });
    await makeFollowup(stack, other, { title: 'Cherry', delaySeconds: 90, status: 'inactive' });
    const page = await openFollowUps(agentId);
    await row(page, 'Cherry').waitFor();
    expect(await titles(page)).toEqual(['Cherry', 'Apple', 'Basket']);
    await row(page, 'Apple').getByRole('cell', { name: '1 minute', exact: true }).waitFor();
    await row(page, 'Basket').getByRole('cell', { name: '2 hours', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Delay' }).click();
    await eventually('the order by delay', async () => (await titles(page)).join() === 'Apple,Cherry,Basket');
    await page.getByRole('button', { name: 'Delay' }).click();
    await eventually('the other order', async () => (await titles(page)).join() === 'Basket,Cherry,Apple');
    expect(await page.getByRole('columnheader', { name: 'Delay' }).getAttribute('aria-sort')).toBe('descending');

    await page.getByLabel('Channel', { exact: true }).selectOption({ label: 'Shop' });
    await page.getByText('2 of 3 followups').waitFor();
    await page.getByLabel('Status', { exact: true }).selectOption('active');
    await page.getByText('1 of 3 followups').waitFor();
    expect(await titles(page)).toEqual(['Apple']);
    await page.reload();
    await page.getByText('1 of 3 followups').waitFor();

    await page.getByLabel('Status', { exact: true }).selectOption('');
    await page.getByLabel('Channel', { exact: true }).selectOption('');
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Channels' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('YOUR BASKET');
    await page.getByText('1 of 3 followups').waitFor();
    expect(await titles(page)).toEqual(['Basket']);
    expect(new URL(page.url()).searchParams.get('q')).toBe('YOUR BASKET');
    await page.getByLabel('Search followups').fill('nothing');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('3 followups').waitFor();
  });

  it('loses no letter that is typed while the page takes over those before', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const page = await openFollowUps(agentId);
    await row(page, 'Still there?').waitFor();
    // Each time that the address is changed for what was typed, one more letter comes before the page knows of it.
    await page.evaluate(`{
      const letters = [...'there'];
      const replace = history.replaceState.bind(history);
      history.replaceState = (...state) => {
        replace(...state);
        const letter = letters.shift();
        if (letter) document.execCommand('insertText', false, letter);
      };
    }`);
    const search = page.getByLabel('Search followups');
    await search.pressSequentially('still');
    await page.waitForURL((url) => url.searchParams.get('q') === 'stillthere', { timeout: 8_000 });
    expect(await search.inputValue()).toBe('stillthere');
    await search.fill('nothing');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await row(page, 'Still there?').waitFor();
    expect(await search.inputValue()).toBe('');
  });

  it('shows what was sent, and how many responded', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    for (const responds of [true, false]) {
      const chat = conversation(stack, channelId);
      await chat.says('agent');
      await chat.sent(1);
      if (responds) await chat.says('user');
    }
    await eventually('the response to be counted', async () => {
      const stats = await stack.expect(200, 'GET', `/v1/agents/${agentId}/stats`);
      return stats.followups[0].sent === 2 && stats.followups[0].responded === 1;
    });
    const page = await openFollowUps(agentId);
    await row(page, 'Still there?').getByRole('cell', { name: '2', exact: true }).waitFor();
    await row(page, 'Still there?').getByText('50 %', { exact: true }).waitFor();
  });

  it('says where a followup can never be sent', async () => {
    const { agentId, channelId } = await makeChannel(stack, { channel: { messagingWindowSeconds: 3_600 } });
    await makeFollowup(stack, channelId, { delaySeconds: 7_200 });
    const page = await openFollowUps(agentId);
    await row(page, 'Still there?').getByText('Never sent on 1 channel').waitFor();
    await page.getByRole('link', { name: 'Still there?' }).click();
    await page.getByText('it can never be sent').waitFor();
  });

  it('leaves out what is made for the Playground', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const playground = await stack.expect(201, 'POST', '/v1/channels', {
      ...{ agentId, name: 'Playground', type: 'webchat', playground: true },
    });
    await makeFollowup(stack, channelId, { title: 'Real' });
    await makeFollowup(stack, playground.id, { title: 'Made for trying' });
    const page = await openFollowUps(agentId);
    await row(page, 'Real').waitFor();
    expect(await titles(page)).toEqual(['Real']);
  });

  it('says of a followup of the Playground where it is, and copies it to no channel that nobody sees', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const trial = { agentId, name: 'Trial', type: 'webchat', playground: true };
    const playground = await stack.expect(201, 'POST', '/v1/channels', trial);
    const id = await makeFollowup(stack, playground.id, { title: 'Tried' });
    const page = await browser.open();
    await stack.visit(page, `/agents/${agentId}/follow-ups/${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog(page).getByText("after the agent's last message, on the Playground, at any hour").waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await choose(page, 'Tried', 'Send me a test');
    await dialog(page).getByRole('link', { name: 'Open the Playground' }).waitFor();
    await page.keyboard.press('Escape');
    await choose(page, 'Tried', 'Duplicate');
    await dialog(page).getByText('on no channel yet').waitFor();
    await dialog(page).getByRole('checkbox', { name: /^Web/ }).check();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Copy of Tried' }).waitFor();
    expect(await titled(agentId, 'Copy of Tried')).toMatchObject({ channelIds: [channelId] });
  });

  it('holds a thousand followups, and only those in view are in the page', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const ids = Array.from({ length: 1_000 }, () => newId('flw'));
    const { sql } = stack.database;
    await sql`insert into followups (id, agent_id, title, message, delay_seconds, status, activated_at, delay_edited_at)
      select id, ${agentId}, 'Followup ' || n, 'Hello', 60 * n, 'active', now(), now()
      from unnest(${sql.array(ids)}::text[]) with ordinality as made (id, n)`;
    await sql`insert into followup_channels (followup_id, channel_id, agent_id)
      select id, ${channelId}, ${agentId} from unnest(${sql.array(ids)}::text[]) id`;
    const page = await openFollowUps(agentId, { search: '?sort=delay' });
    await page.getByRole('link', { name: 'Followup 1', exact: true }).waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('1001');
    expect(await page.getByRole('row').count()).toBeLessThan(60);
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    const last = page.getByRole('link', { name: 'Followup 1000', exact: true });
    await last.waitFor();
    expect(await row(page, 'Followup 1000').getAttribute('aria-rowindex')).toBe('1001');
    const box = await last.boundingBox();
    expect(box && box.y + box.height <= 860).toBe(true);
    expect(await page.getByRole('link', { name: 'Followup 1', exact: true }).count()).toBe(0);
  });

  it('shows everything to who may only look, and no way to change it', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId);
    const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Looks only', scope: 'read' });
    const page = await browser.open();
    await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
    await page.goto(`${stack.baseUrl}/agents/${agentId}/follow-ups`);
    await row(page, 'Still there?').waitFor();
    expect(await page.getByRole('switch').isDisabled()).toBe(true);
    await page.keyboard.press('n');
    expect(await page.getByRole('button', { name: 'New Followup' }).count()).toBe(0);
    expect(await dialog(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Actions for Still there?' }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['View details']);
    await page.getByRole('menuitem', { name: 'View details' }).click();
    await page.waitForURL(`**/follow-ups/${id}`);
    await page.getByRole('heading', { name: 'History of changes' }).waitFor();
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  });

  it('has no barriers in either theme, and fits on a phone', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { title: 'A title that is rather long for a table on a telephone' });
    await makeFollowup(stack, channelId, { title: 'Off', status: 'inactive', surveyType: 'nps' });
    const page = await openFollowUps(agentId);
    await row(page, 'Off').waitFor();
    await expectNoAxeViolations(page);
    await page.keyboard.press('n');
    await dialog(page).getByText('More', { exact: true }).click();
    await expectNoAxeViolations(page);

    const tablet = await openFollowUps(agentId, { viewport: { width: 900, height: 860 } });
    await row(tablet, 'Off').locator('span:visible').getByText('NPS', { exact: true }).waitFor();
    const phone = await openFollowUps(agentId, { viewport: { width: 360, height: 740 } });
    await row(phone, 'Off').getByText('1 second · NPS · Web', { exact: true }).waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await expectNoAxeViolations(phone);
    await phone.getByRole('button', { name: 'New Followup' }).click();
    await dialog(phone).getByRole('button', { name: 'Save' }).waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});

describe('the menu of a row', () => {
  it('switches off and on at once where nothing is queued', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId);
    const page = await openFollowUps(agentId);
    await page.getByRole('switch', { name: 'Still there? is active' }).click();
    await page.getByText('“Still there?” is inactive').first().waitFor();
    expect((await followup(id)).status).toBe('inactive');
    await choose(page, 'Still there?', 'Activate');
    await page.getByText('“Still there?” is active').first().waitFor();
    expect((await followup(id)).status).toBe('active');
  });

  it('asks before queued messages are dropped, by switching off and by deleting', async () => {
    const { agentId, channelId } = await makeChannel(stack, { identity: { availability: closedNow() } });
    const id = await makeFollowup(stack, channelId);
    const chats = [conversation(stack, channelId), conversation(stack, channelId)];
    for (const chat of chats) await chat.says('agent');
    await eventually('two queued messages', async () => {
      return (await stack.expect(200, 'GET', `/v1/followups/${id}/queued`)).queued === 2;
    });
    const page = await openFollowUps(agentId);
    await page.getByRole('switch', { name: 'Still there? is active' }).click();
    const question = page.getByRole('alertdialog', { name: 'Deactivate “Still there?”?' });
    await question.getByText('2 queued messages will not be sent.').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await followup(id)).status).toBe('active');

    await choose(page, 'Still there?', 'Deactivate');
    await question.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('2 queued messages were dropped.').first().waitFor();
    expect((await followup(id)).status).toBe('inactive');
    await eventually('the session to know of it', async () => {
      const session = await chats[0]?.session();
      return session.followups[0].status === 'skipped' && session.followups[0].reason === 'inactive';
    });

    await choose(page, 'Still there?', 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('“Still there?” was deleted').first().waitFor();
    await page.getByText('No followups yet').waitFor();
    expect((await stack.call('GET', `/v1/followups/${id}`)).status).toBe(404);
  });

  it('makes a copy that is a followup of its own', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { title: 'First', delaySeconds: 3_600, surveyType: 'ces' });
    const page = await openFollowUps(agentId);
    await choose(page, 'First', 'Duplicate');
    await dialog(page).getByLabel('Message').fill('Another text');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await row(page, 'Copy of First').getByText('Active now').waitFor();
    expect(await titled(agentId, 'Copy of First')).toMatchObject({
      ...{ message: 'Another text', delaySeconds: 3_600, surveyType: 'ces', channelIds: [channelId] },
    });
    expect(await titled(agentId, 'First')).toMatchObject({ revision: 1 });
  });

  it('sends a test, and shows the request, the answer and how long it took', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId);
    const page = await openFollowUps(agentId);
    await choose(page, 'Still there?', 'Send me a test');
    await dialog(page).getByLabel('Conversation').fill('me-4711');
    await dialog(page).getByRole('button', { name: 'Send', exact: true }).click();
    const result = dialog(page).getByRole('region', { name: 'Result of the test' });
    await result.getByText('Accepted').waitFor();
    const [request] = stack.gateway.of('me-4711');
    expect(request?.data).toMatchObject({ followupId: id, test: true });
    await result.getByText(`webhook-id: ${request?.webhookId}`).waitFor();
    await result.getByText(/^\d+(\.\d+)? (ms|s)$/).waitFor();
    await result.getByText(`gw-${request?.data.deliveryId}`).waitFor();
    await expectNoAxeViolations(page);
  });

  it('leads into the Playground for a test in a web chat', async () => {
    const { agentId } = await makeChannel(stack);
    const chat = await stack.expect(201, 'POST', '/v1/channels', { agentId, name: 'Chat', type: 'webchat' });
    const id = await makeFollowup(stack, chat.id);
    const page = await openFollowUps(agentId);
    await choose(page, 'Still there?', 'Send me a test');
    await dialog(page).getByRole('link', { name: 'Open the Playground' }).click();
    await page.waitForURL(`**/agents/${agentId}/playground?followup=${id}`);
  });
});

describe('Edit', () => {
  it('changes what was changed, and gives the keyboard back', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId);
    const page = await openFollowUps(agentId);
    await choose(page, 'Still there?', 'Edit');
    await dialog(page).getByLabel('Title').fill('Are you there?');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await row(page, 'Are you there?').waitFor();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await followup(id)).toMatchObject({ title: 'Are you there?', revision: 2 });
    await focused(page, page.getByRole('button', { name: 'Actions for Are you there?' }));
  });

  /** Somebody else has saved another delay and message since the dialog was opened; here the message and title differ. */
  async function twoEditors() {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId, { title: 'Shared', message: 'Before', delaySeconds: 60 });
    const page = await openFollowUps(agentId);
    page.expectError(/status of 412/);
    await choose(page, 'Shared', 'Edit');
    await dialog(page).getByLabel('Title').fill('Mine');
    await dialog(page).getByLabel('Message').fill('My text');
    await stack.expect(200, 'PATCH', `/v1/followups/${id}`, { message: 'Their text', delaySeconds: 120 });
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('dialog', { name: 'Somebody else changed this followup' });
    await conflict.waitFor();
    return { id, page, conflict };
  }

  it('shows what somebody else has changed meanwhile, and keeps mine', async () => {
    const { id, page, conflict } = await twoEditors();
    await conflict.getByRole('region', { name: 'Message' }).getByText('Their text').waitFor();
    await conflict.getByRole('region', { name: 'Message' }).getByText('My text').waitFor();
    // Only they have changed it, which is shown; it stays so.
    await conflict.getByRole('region', { name: 'Delay' }).getByText('2 minutes').waitFor();
    await conflict.getByRole('region', { name: 'Delay' }).getByText('1 minute').waitFor();
    // Only I have changed it: nothing to choose.
    expect(await conflict.getByRole('region', { name: 'Title' }).count()).toBe(0);
    await expectNoAxeViolations(page);
    await conflict.getByRole('button', { name: 'Keep mine' }).click();
    await row(page, 'Mine').waitFor();
    expect(await followup(id)).toMatchObject({ title: 'Mine', message: 'My text', delaySeconds: 120 });
  });

  it('saves what only I have changed beside what only they have, and asks nobody', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const id = await makeFollowup(stack, channelId, { title: 'Shared', message: 'Before' });
    const page = await openFollowUps(agentId);
    page.expectError(/status of 412/);
    await choose(page, 'Shared', 'Edit');
    await dialog(page).getByLabel('Title').fill('Mine');
    await stack.expect(200, 'PATCH', `/v1/followups/${id}`, { message: 'Their text' });
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await row(page, 'Mine').waitFor();
    expect(await followup(id)).toMatchObject({ title: 'Mine', message: 'Their text', revision: 3 });
  });

  it('or takes theirs, and what only I have changed is still to be saved', async () => {
    const { id, page, conflict } = await twoEditors();
    await conflict.getByRole('button', { name: 'Take theirs' }).click();
    const form = page.getByRole('dialog', { name: 'Edit Followup' });
    await form.waitFor();
    expect(await form.getByLabel('Message').inputValue()).toBe('Their text');
    expect(await form.getByLabel('Title').inputValue()).toBe('Mine');
    await form.getByRole('button', { name: 'Save' }).click();
    await row(page, 'Mine').waitFor();
    expect(await followup(id)).toMatchObject({ title: 'Mine', message: 'Their text', delaySeconds: 120 });
  });
});
