import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { signInCookie } from '../support/sign-in';
import type { RunningWorker } from '../support/stack';

const browser = sharedBrowser();
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
let stack: ConsoleStack;
let worker: RunningWorker;

beforeAll(async () => {
  stack = await startConsole({ worker: false });
  worker = await stack.startWorker();
}, 300_000);
afterAll(() => stack?.stop());

type Chat = ReturnType<typeof conversation>;

/** Closed now, whenever the test runs. */
function opensInThreeDays() {
  const then = new Date(Date.now() + 3 * 86_400_000);
  const day = then.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'Europe/Madrid' }).toLowerCase();
  return { availability: { mode: 'hours', weekly: [{ day, from: '09:00', to: '17:00' }], exceptions: [] } };
}

const sessionsOf = (agentId: string) => `/agents/${agentId}/sessions`;

async function openSession(page: Page, chat: Chat): Promise<{ id: string }> {
  const session = await chat.session();
  await stack.visit(page, `${sessionsOf(session.agentId)}/${session.id}`);
  await page.getByRole('heading', { level: 1, name: chat.id }).waitFor();
  return session;
}

const rowOf = (page: Page, chat: { id: string }) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: chat.id, exact: true }) });
const expectNoSidewaysScroll = async (page: Page) =>
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);

/** The followup's part of the page. */
const storyOf = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: title }) });
const timeline = (page: Page) => page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');

const choose = async (page: Page, action: string) => {
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
};

describe('the list of sessions', () => {
  it('shows whether each is armed, asked live, and what is next', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { title: 'In a while', delaySeconds: 3_600 });
    const [waiting, answered, human] = [0, 1, 2].map(() => conversation(stack, channelId)) as [Chat, Chat, Chat];
    for (const chat of [waiting, answered, human]) await chat.says('agent');
    await answered.says('user');
    await human.says('operator');
    await Promise.all([waiting, answered, human].map((chat) => chat.session()));
    const page = await browser.open();
    await stack.visit(page, sessionsOf(agentId));

    await rowOf(page, waiting).getByText('Waiting for the user').waitFor();
    await rowOf(page, waiting).getByText('In a while').waitFor();
    await rowOf(page, waiting)
      .getByText(/^in 59 min/)
      .waitFor();
    await rowOf(page, answered).getByText('The user wrote last').waitFor();
    await rowOf(page, human).getByText('With a human operator').waitFor();
    expect((await waiting.session()).armed).toBe(true);
    expect((await answered.session()).armed).toBe(false);
    await expectNoAxeViolations(page);

    const small = await browser.open(phone);
    await stack.visit(small, sessionsOf(agentId));
    await rowOf(small, waiting).waitFor();
    await expectNoSidewaysScroll(small);
  });

  it('is narrowed down by channel and by open, queued, sent and ended', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const other = await stack.expect(201, 'POST', '/v1/channels', {
      ...{ agentId, name: 'Letters', endpoint: { url: stack.gateway.url } },
    });
    const [sent, ended, open] = [channelId, channelId, other.id].map((id) => conversation(stack, id)) as [
      Chat,
      Chat,
      Chat,
    ];
    for (const chat of [sent, ended, open]) await chat.says('agent');
    await sent.sent(1);
    await ended.sent(1);
    await ended.end({ outcome: 'resolved' });
    await ended.closed();
    await open.session();
    const closed = await makeChannel(stack, { identity: opensInThreeDays() });
    const page = await browser.open();
    await stack.visit(page, sessionsOf(agentId));
    const shown = async (what: string, chats: Chat[]) => {
      const wanted = chats.map(({ id }) => id).sort();
      await eventually(what, async () => {
        const links = await page.getByRole('table').getByRole('link').allTextContents();
        return JSON.stringify(links.sort()) === JSON.stringify(wanted) || links;
      });
    };
    const all = [sent, ended, open];
    await shown('all', all);
    await page.getByLabel('State').selectOption('Ended');
    await shown('those that ended', [ended]);
    await rowOf(page, ended).getByText('resolved').waitFor();
    await page.getByLabel('State').selectOption('Sent');
    await shown('those in which something was sent', [sent, ended]);
    await page.getByLabel('Channel').selectOption('Letters');
    await page.getByText('No session matches').waitFor();
    await page.getByLabel('State').selectOption('Open');
    await shown('the open ones of the channel', [open]);
    // A view can be sent to somebody.
    await page.reload();
    await shown('the same again', [open]);

    await makeFollowup(stack, closed.channelId);
    const queued = conversation(stack, closed.channelId);
    await queued.says('agent');
    await eventually('something queued', async () => {
      const { items } = await stack.expect(200, 'GET', `/v1/sessions?agentId=${closed.agentId}&has=queued`);
      return items.length === 1 || items;
    });
    await stack.visit(page, `${sessionsOf(closed.agentId)}?state=queued`);
    await shown('what is queued', [queued]);
    await rowOf(page, queued).getByText('Queued').waitFor();
  });

  it('finds a conversation, a delivery and a message of the gateway, and goes to the only hit', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const [chat, another] = [conversation(stack, channelId), conversation(stack, channelId)];
    await chat.says('agent');
    await another.says('agent');
    const session = await chat.sent(1);
    await another.session();
    const deliveryId = chat.received()[0]?.webhookId ?? '';
    const page = await browser.open();
    for (const sought of [chat.id, deliveryId, `gw-${deliveryId}`, session.id]) {
      await stack.visit(page, sessionsOf(agentId));
      await rowOf(page, another).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type(sought);
      await rowOf(page, another).waitFor({ state: 'detached' });
      await rowOf(page, chat).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/sessions/${session.id}`);
    }
    // From the room of another agent as well.
    const elsewhere = await makeChannel(stack);
    await stack.visit(page, `${sessionsOf(elsewhere.agentId)}?q=${deliveryId}`);
    await page.getByRole('link', { name: 'Open it' }).click();
    await page.waitForURL(`**/agents/${agentId}/sessions/${session.id}`);
  });

  it('shows a new session by itself, and older ones page by page', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const page = await browser.open();
    await stack.visit(page, sessionsOf(agentId));
    await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
    const first = conversation(stack, channelId);
    await first.says('user');
    await rowOf(page, first).waitFor();

    const messages = Array.from({ length: 24 }, (_, place) => ({
      ...{ channelId, conversationId: `page-${place}`, id: randomUUID(), from: 'user' },
    }));
    await stack.expect(200, 'POST', '/v1/messages/batch', { messages });
    await page.getByRole('link', { name: 'Older' }).click();
    await rowOf(page, first).waitFor();
    const seen = await page.getByRole('table').getByRole('link').count();
    expect(seen).toBeLessThanOrEqual(20);
    await page.getByRole('link', { name: 'Newest' }).click();
    await rowOf(page, first).waitFor({ state: 'detached' });
    await page.goBack();
    await rowOf(page, first).waitFor();
  });
});

describe('a session', () => {
  it('says what comes next, counts down to it, and shows it sent without a reload', async () => {
    const { channelId } = await makeChannel(stack);
    const message = 'Still there? <img src=x onerror="document.title=1">';
    await makeFollowup(stack, channelId, { title: 'Soon', message, delaySeconds: 20 });
    await makeFollowup(stack, channelId, { title: 'Later', delaySeconds: 7_200 });
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    const page = await browser.open();
    await openSession(page, chat);
    await page.getByRole('heading', { name: 'What happens next, and why' }).waitFor();
    await page.getByText(/^The agent spoke last at .*, and waits for the user\.$/).waitFor();
    const soon = storyOf(page, 'Soon');
    await soon.getByText('Waiting', { exact: true }).waitFor();
    await soon.getByText(/^Will be sent on .* unless somebody writes before\.$/).waitFor();
    await soon
      .getByRole('timer')
      .getByText(/^in \d+ s$/)
      .waitFor();
    await storyOf(page, 'Later')
      .getByRole('timer')
      .getByText(/^in 1 h 59 min$/)
      .waitFor();

    await soon.getByText('Sent', { exact: true }).waitFor();
    expect(chat.received()).toHaveLength(1);
    await soon.getByText(/^Was sent on /).waitFor();
    await soon
      .getByText(/^Why: 20 s after the agent’s message nobody had answered\. The user had last written at /)
      .waitFor();
    await soon.getByText(message).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await soon.getByText(chat.received()[0]?.webhookId ?? '', { exact: true }).waitFor();
    await timeline(page).filter({ hasText: 'Soon was sent' }).waitFor();

    await chat.says('user');
    await soon.getByText('User wrote again').waitFor();
    await storyOf(page, 'Later').getByText('user_replied').waitFor();
    await storyOf(page, 'Later')
      .getByText(/^Will not be sent: the user replied on /)
      .waitFor();
    await timeline(page).filter({ hasText: 'The user responded to Soon' }).waitFor();
    const told = (await timeline(page).allTextContents()).map((text) => text.replace(/\d\d:\d\d:\d\d.*/, ''));
    expect(told.slice(0, 3)).toEqual([
      'The session began',
      'The user wrote',
      expect.stringMatching(/^The agent wrote/),
    ]);
    expect(told.join('\n')).toMatch(/Attempt 1 to send Soon.*HTTP 200/);
    await expectNoAxeViolations(page);
  }, 120_000);

  it('says why something is queued, and leads to Temporal and to the followup', async () => {
    const { channelId } = await makeChannel(stack, { identity: opensInThreeDays() });
    const followupId = await makeFollowup(stack, channelId, { title: 'Tomorrow' });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    const { id } = await openSession(page, chat);
    const story = storyOf(page, 'Tomorrow');
    await story.getByText('Queued', { exact: true }).waitFor();
    await story.getByText(/^Will be sent on .* when the agent is available again\.$/).waitFor();
    await story.getByRole('timer').getByText(/^in /).waitFor();
    await timeline(page).filter({ hasText: 'Queued: Tomorrow' }).waitFor();
    const { temporal } = await stack.expect(200, 'GET', `/v1/sessions/${id}`);
    const link = page.getByRole('link', { name: 'Open in Temporal' });
    expect([await link.getAttribute('href'), await link.getAttribute('target')]).toEqual([temporal.url, '_blank']);
    await story.getByRole('link', { name: 'Tomorrow' }).click();
    await page.waitForURL(`**/follow-ups/${followupId}`);
  });

  it('says from where the delays count now, when the agent has written once more', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    const first = new Date(Date.now() - 60_000).toISOString();
    await chat.says('agent', { at: first });
    await chat.says('agent');
    const page = await browser.open();
    await openSession(page, chat);
    const moved = timeline(page).filter({ hasText: 'the delays count from here now, instead of' });
    await moved.locator(`time[datetime="${first}"]`).waitFor();
  });

  it('leads back to the Playground where it was made there', async () => {
    const { agentId, channelId } = await makeChannel(stack, {
      channel: { type: 'webchat', endpoint: null, name: 'Trial', playground: true },
    });
    const chat = conversation(stack, channelId);
    await chat.says('agent', { text: 'Hello!' });
    const page = await browser.open();
    await openSession(page, chat);
    await page.getByRole('main').getByRole('link', { name: 'Playground', exact: true }).click();
    await page.waitForURL(`**/agents/${agentId}/playground`);
  });

  it('is found below another agent, too, as a link of before may have it', async () => {
    const { agentId, channelId } = await makeChannel(stack);
    const { agentId: another } = await makeChannel(stack);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    const { id } = await chat.session();
    await stack.visit(page, `${sessionsOf(another)}/${id}`);
    await page.waitForURL(`**${sessionsOf(agentId)}/${id}`);
    await page.getByRole('heading', { level: 1, name: chat.id }).waitFor();
  });

  it('is ended by hand, and says what was dropped', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    await openSession(page, chat);
    await choose(page, 'End session');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('1 followup that would still be sent is dropped.').waitFor();
    await expectNoAxeViolations(page);
    await dialog.getByLabel('Outcome').selectOption('Unresolved');
    await dialog.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('heading', { name: 'What happened, and why' }).waitFor();
    await page.getByText(/^The session ended at .*: ended by the gateway, unresolved\.$/).waitFor();
    await storyOf(page, 'Still there?').getByText('Was not sent: the session has ended.').waitFor();
    await timeline(page).filter({ hasText: 'The session ended' }).waitFor();
    expect(await chat.session()).toMatchObject({ status: 'ended', outcome: 'unresolved' });
  });

  it('does not count as dropped what waits for the end', async () => {
    const { channelId } = await makeChannel(stack);
    const survey = { title: 'How was it?', trigger: 'conversation_over', surveyType: 'csat', delaySeconds: 3_600 };
    await makeFollowup(stack, channelId, survey);
    const chat = conversation(stack, channelId);
    await chat.says('agent', { awaiting: 'nobody' });
    const page = await browser.open();
    await openSession(page, chat);
    await storyOf(page, 'How was it?').getByText('Waiting', { exact: true }).waitFor();
    await choose(page, 'End session');
    await page.getByRole('alertdialog').getByText('such as surveys, are still sent').waitFor();
    expect(await page.getByRole('alertdialog').getByText('dropped').count()).toBe(0);
    await page.getByRole('alertdialog').getByRole('button', { name: 'End session' }).click();
    await page.getByText(/^The session ended at /).waitFor();
    expect((await chat.session()).followups[0]).toMatchObject({ status: 'waiting' });
  });

  it('says that its deliveries could not be read, and shows the rest', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    page.expectError(/\/v1\/deliveries/);
    await page.route('**/v1/deliveries?*', (route) => route.abort('connectionreset'));
    await openSession(page, chat);
    await page.getByText('The service did not answer.').waitFor();
    await storyOf(page, 'Still there?').getByText('Waiting', { exact: true }).waitFor();
    await page.unroute('**/v1/deliveries?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The service did not answer.').waitFor({ state: 'detached' });
  });

  it('opts its conversation out and in again', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    await openSession(page, chat);
    await choose(page, 'Opt out of followups');
    await storyOf(page, 'Still there?').getByText('opted_out').waitFor();
    expect((await chat.session()).followups[0]).toMatchObject({ status: 'skipped', reason: 'opted_out' });
    await choose(page, 'Opt in again');
    await storyOf(page, 'Still there?').getByText('opted_out').waitFor({ state: 'detached' });
    expect((await chat.session()).followups[0].reason).not.toBe('opted_out');
  });

  it('is erased with its conversation only once that is named', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.sent(1);
    const page = await browser.open();
    page.expectError(/status of 404/);
    const { id } = await openSession(page, chat);
    await choose(page, 'Erase conversation');
    const dialog = page.getByRole('dialog');
    const erase = dialog.getByRole('button', { name: 'Erase conversation' });
    await dialog.getByLabel('Conversation id').fill(`${chat.id}x`);
    expect(await erase.isDisabled()).toBe(true);
    await expectNoAxeViolations(page);
    await dialog.getByLabel('Conversation id').fill(chat.id);
    await erase.click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    const rows = await stack.database.sql`select 1 from sessions where conversation_id = ${chat.id}`;
    expect(rows).toHaveLength(0);

    await page.goto(`${page.url().split('?')[0]}/${id}`);
    await page.getByRole('heading', { name: 'There is no such session' }).waitFor();
    await expectNoAxeViolations(page);
  });

  it('shows everything and lets nothing be done with a key that may only read', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const { id, agentId } = await chat.session();
    const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Looks', scope: 'read' });
    const page = await browser.open(phone);
    await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
    await page.goto(`${stack.baseUrl}${sessionsOf(agentId)}/${id}`);
    await storyOf(page, 'Still there?').getByText('Waiting', { exact: true }).waitFor();
    await timeline(page).filter({ hasText: 'The agent wrote' }).waitFor();
    expect(await page.getByRole('button', { name: 'Actions' }).count()).toBe(0);
    await expectNoSidewaysScroll(page);
    await expectNoAxeViolations(page);
  });

  it('keeps what is known while Temporal cannot be asked, and goes on afterwards', async () => {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { delaySeconds: 3_600 });
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const page = await browser.open();
    page.expectError(/status of 503/);
    const { id } = await openSession(page, chat);
    await storyOf(page, 'Still there?').getByText('Waiting', { exact: true }).waitFor();
    await worker.stop();
    const cannotAsk = page.getByText('Temporal cannot be asked just now');
    await cannotAsk.waitFor({ timeout: 60_000 });
    await storyOf(page, 'Still there?').getByText('Waiting', { exact: true }).waitFor();
    // Who comes now finds what the database knows.
    await page.reload();
    await cannotAsk.waitFor({ timeout: 60_000 });
    await page.getByRole('heading', { level: 1, name: chat.id }).waitFor();
    await page.getByText(id, { exact: true }).waitFor();
    worker = await stack.startWorker();
    await storyOf(page, 'Still there?').getByText('Waiting', { exact: true }).waitFor({ timeout: 60_000 });
    await cannotAsk.waitFor({ state: 'detached' });
  }, 180_000);
});
