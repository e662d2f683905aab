import { randomUUID } from 'node:crypto';
import type { Page, Request } from 'playwright-core';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { conversation, makeChannel } from '../support/scenario';

const browser = sharedBrowser();
let stack: ConsoleStack;
beforeAll(async () => {
  stack = await startConsole();
}, 300_000);
afterAll(() => stack?.stop());

/** What a page and its frames are told when another tab is brought to the front, or they are: without a window none is. */
async function bring(page: Page, to: 'front' | 'back'): Promise<void> {
  const isHidden = to === 'back';
  for (const frame of page.frames()) {
    await frame.evaluate(`
      Object.defineProperties(document, {
        hidden: { configurable: true, value: ${isHidden} },
        visibilityState: { configurable: true, value: '${isHidden ? 'hidden' : 'visible'}' },
      });
      document.dispatchEvent(new Event('visibilitychange'));`);
  }
}

const isStream = (request: Request) => new URL(request.url()).pathname.endsWith('/events');
const rowOf = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

it('works in the seventh tab as in the first: those in the background hold no connection', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const first = await browser.open();
  for (let tabs = 0; tabs < 6; tabs += 1) {
    const page = tabs === 0 ? first : await first.context().newPage();
    const [stream] = await Promise.all([
      page.waitForRequest(isStream),
      stack.visit(page, `/agents/${agentId}/sessions`),
    ]);
    await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
    const [closed] = await Promise.all([page.waitForEvent('requestfailed', isStream), bring(page, 'back')]);
    expect(closed.url()).toBe(stream.url());
  }
  const seventh = await first.context().newPage();
  await stack.visit(seventh, `/agents/${agentId}/sessions`);
  await seventh.getByRole('heading', { name: 'No sessions yet' }).waitFor();

  const chat = conversation(stack, channelId);
  await chat.says('user');
  await rowOf(seventh, chat.id).waitFor();
  expect(await rowOf(first, chat.id).count()).toBe(0);
  await bring(first, 'front');
  await rowOf(first, chat.id).waitFor();
}, 120_000);

it('shows a visitor who comes back to the chat what was said meanwhile, once', async () => {
  const { channelId } = await makeChannel(stack, { channel: { type: 'webchat', endpoint: null } });
  const page = await browser.open();
  await page.goto(`${stack.baseUrl}/webchat/${channelId}`);
  const writing = page.getByRole('textbox', { name: 'Message', exact: true });
  await writing.fill('Hello?');
  const [stream] = await Promise.all([page.waitForRequest(isStream), writing.press('Enter')]);
  await page.getByRole('log').getByText('Hello?', { exact: true }).waitFor();
  const [closed] = await Promise.all([page.waitForEvent('requestfailed', isStream), bring(page, 'back')]);
  expect(closed.url()).toBe(stream.url());

  // What one has written is there at once, its session when it was taken and opened.
  const { conversationId } = await eventually('the session', async () => {
    const { items } = await stack.expect(200, 'GET', `/v1/sessions?channelId=${channelId}`);
    return items[0];
  });
  const path = `/v1/channels/${channelId}/conversations/${conversationId}`;
  await stack.expect(202, 'POST', `${path}/messages`, { id: randomUUID(), from: 'agent', text: 'How can I help?' });
  await eventually('the answer', async () => (await stack.expect(200, 'GET', `${path}/transcript`)).items.length === 2);
  const answer = page.getByRole('log').getByText('How can I help?', { exact: true });
  expect(await answer.count()).toBe(0);
  await bring(page, 'front');
  await answer.waitFor();
  for (const to of ['back', 'front'] as const) await bring(page, to);
  await writing.fill('With my order');
  await writing.press('Enter');
  await page.getByRole('log').getByText('With my order', { exact: true }).waitFor();
  expect(await answer.count()).toBe(1);
});
