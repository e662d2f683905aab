import type { Page } from 'playwright-core';
import type { SurveyType } from '../../src/db/schema';
import { surveyQuestions } from '../../src/surveys/questions';
import { scoresOf, surveyTypes } from '../../src/surveys/scales';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';

const browser = sharedBrowser();
let stack: ConsoleStack;

beforeAll(async () => {
  stack = await startConsole();
});
afterAll(() => stack?.stop());

async function openDetails(
  agentId: string,
  followupId: string,
  viewport = { width: 1_280, height: 860 },
): Promise<Page> {
  const page = await browser.open({ viewport });
  await stack.visit(page, `/agents/${agentId}/follow-ups/${followupId}`);
  await page.getByRole('heading', { level: 1, name: 'Still there?' }).waitFor();
  return page;
}

/** The value of a figure. */
const figure = (page: Page, label: string, value: string) =>
  page
    .getByRole('region', { name: 'Numbers', exact: true })
    .getByText(label, { exact: true })
    .locator('..')
    .getByText(value, { exact: true });

/** A followup that was sent; its user has responded and scored it. */
async function answered(surveyType: SurveyType, score: number) {
  const { agentId, channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId, { surveyType });
  const chat = conversation(stack, channelId);
  await chat.says('agent');
  const session = await chat.sent(1);
  await chat.says('user');
  const [request] = chat.received();
  await stack.expect(200, 'POST', `/v1/deliveries/${request?.data.deliveryId}/survey-answer`, { score });
  await eventually('the response to be counted', async () => {
    const stats = await stack.expect(200, 'GET', `/v1/followups/${followupId}/stats`);
    return stats.responded === 1 && stats.survey.answers === 1;
  });
  return { agentId, channelId, followupId, chat, sessionId: session.id as string };
}

it('shows what was sent and answered, as figures, as a chart and as a table', async () => {
  const { agentId, followupId } = await answered('csat', 5);
  const page = await openDetails(agentId, followupId);
  await figure(page, 'Sent', '1').waitFor();
  await figure(page, 'Responded', '1').waitFor();
  await figure(page, 'Response rate', '100 %').waitFor();
  await figure(page, 'Survey score', '100 %').waitFor();
  const { medianSecondsToResponse } = await stack.expect(200, 'GET', `/v1/followups/${followupId}/stats`);
  await figure(page, 'Median time to respond', `${Math.round(medianSecondsToResponse * 10) / 10} s`).waitFor();
  const chart = page.getByRole('img', {
    name: /the last 30 days: 1 sent, 1 responded, response rate 100 %, survey score 100 %/,
  });
  await chart.locator('.recharts-bar-rectangle').first().waitFor();
  const day = await chart.locator('.recharts-bar-rectangle').last().boundingBox();
  await chart.hover({ position: { x: (day?.x ?? 0) - ((await chart.boundingBox())?.x ?? 0) + 2, y: 100 } });
  await chart.getByText('1 sent, 1 responded (100 %), survey score 100 %').waitFor();
  await page.getByText('The same as a table').click();
  const today = page.getByRole('table', { name: 'Numbers by day' }).getByRole('row').nth(1);
  expect((await today.getByRole('cell').allTextContents()).slice(1)).toEqual(['1', '0', '1', '100 %', '1', '100 %']);
  await page.getByText('5, Very satisfied').waitFor();

  await page.getByRole('group', { name: 'Range' }).getByText('7 days').click();
  await page.getByRole('img', { name: /the last 7 days: 1 sent/ }).waitFor();
  expect(new URL(page.url()).searchParams.get('days')).toBe('7');
  await page.reload();
  await page.getByRole('img', { name: /the last 7 days: 1 sent/ }).waitFor();
});

it('lists each delivery with its reason and response, and leads to its session', async () => {
  const { agentId, channelId, followupId, chat, sessionId } = await answered('nps', 9);
  stack.gateway.answer = (_, response) => void response.writeHead(400).end();
  const refused = conversation(stack, channelId);
  await refused.says('agent');
  await refused.delivered(1);
  await eventually('the delivery to have failed', async () => {
    const { items } = await stack.expect(200, 'GET', `/v1/deliveries?followupId=${followupId}&status=failed`);
    return items.length === 1;
  });
  const page = await openDetails(agentId, followupId);
  const table = page.getByRole('table', { name: 'Last deliveries' });
  const failed = table.getByRole('row').filter({ hasText: refused.id });
  await failed.getByText('Failed').waitFor();
  await failed.getByText('the gateway refused it').waitFor();
  const sent = table.getByRole('row').filter({ hasText: chat.id });
  await sent.getByText(/^after \d.* s, 9 of 10$/).waitFor();
  await sent.getByRole('link', { name: chat.id }).click();
  await page.waitForURL(`**/agents/${agentId}/sessions/${sessionId}`);
});

it('shows a delivery as it comes, and more of them when asked', async () => {
  stack.gateway.answer = (request, response) => void response.end(JSON.stringify({ messageId: request.webhookId }));
  const { agentId, channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId);
  const page = await openDetails(agentId, followupId);
  await page.getByText('No deliveries yet').waitFor();
  const chats = Array.from({ length: 21 }, () => conversation(stack, channelId));
  await chats[0]?.says('agent');
  await page.getByRole('link', { name: chats[0]?.id ?? '' }).waitFor();
  await figure(page, 'Sent', '1').waitFor();

  await Promise.all(chats.slice(1).map((chat) => chat.says('agent')));
  await Promise.all(chats.map((chat) => chat.delivered(1)));
  const rows = page.getByRole('table', { name: 'Last deliveries' }).getByRole('row');
  await page.getByRole('button', { name: 'Load more' }).click();
  await eventually('all deliveries in the table', async () => (await rows.count()) === 22);
});

it('shows the message as the user will see it, and says who changed what', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId, { message: 'One\n<b>two</b>' });
  const page = await openDetails(agentId, followupId);
  await page.getByText('One <b>two</b>').waitFor();
  await page.getByText("1 second after the agent's last message, on Web, at any hour, once per session.").waitFor();

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Delay', { exact: true }).fill('3');
  await page.getByLabel('Unit').selectOption('hours');
  await page.getByLabel('Survey type').selectOption('thumbs');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(surveyQuestions.thumbs.question).waitFor();
  await page.getByText('admin edited it').waitFor();
  const history = page.getByRole('region', { name: 'History of changes' });
  expect(await history.getByRole('listitem').first().innerText()).toMatch(
    /Delay\s*1 second\s*→\s*became\s*3 hours\s*Survey type\s*No survey\s*→\s*became\s*Thumbs up or down/,
  );
  expect(await stack.expect(200, 'GET', `/v1/followups/${followupId}`)).toMatchObject({
    ...{ delaySeconds: 10_800, surveyType: 'thumbs' },
  });
});

it.each(surveyTypes)('previews the survey and its answers: %s', async (type) => {
  const highest = scoresOf(type).at(-1) ?? 0;
  const { agentId, followupId } = await answered(type, highest);
  const page = await openDetails(agentId, followupId);
  const survey = page.getByRole('region', { name: 'Survey', exact: true });
  await survey.first().getByText(surveyQuestions[type].question).waitFor();
  expect(await survey.first().getByRole('listitem').count()).toBe(scoresOf(type).length);
  const shown = { csat: '100 %', nps: '+100', ces: '7', thumbs: '100 %' }[type];
  await figure(page, 'Survey score', shown).waitFor();
});

it('is switched off and on, copied, and deleted from here', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId);
  const page = await openDetails(agentId, followupId);
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
  await page.getByText('admin deactivated it').waitFor();
  await eventually('it to be inactive', async () => {
    return (await stack.expect(200, 'GET', `/v1/followups/${followupId}`)).status === 'inactive';
  });

  await page.getByRole('button', { name: 'Actions for Still there?' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Copy of Still there?' }).waitFor();

  await page.getByRole('button', { name: 'Actions for Copy of Still there?' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(`**/agents/${agentId}/follow-ups`);
  await page.getByRole('link', { name: 'Still there?', exact: true }).waitFor();
  const { items } = await stack.expect(200, 'GET', `/v1/followups?agentId=${agentId}`);
  expect(items.map(({ id }: { id: string }) => id)).toEqual([followupId]);
});

it('says of a followup that is not there that there is none', async () => {
  const { agentId } = await makeChannel(stack);
  const page = await browser.open();
  page.expectError(/status of 404/);
  await stack.visit(page, `/agents/${agentId}/follow-ups/flw_0199c2a3c5d17f32a3d4e5f60718293a`);
  await page.getByText('There is nothing at this address').waitFor();
});

it('has no barriers in either theme, and fits on a phone', async () => {
  const { agentId, followupId } = await answered('nps', 3);
  const page = await openDetails(agentId, followupId);
  await page.locator('.recharts-bar-rectangle').first().waitFor();
  await page.getByText('The same as a table').click();
  await expectNoAxeViolations(page);
  const phone = await openDetails(agentId, followupId, { width: 360, height: 740 });
  await phone.locator('.recharts-bar-rectangle').first().waitFor();
  await phone.getByRole('table', { name: 'Last deliveries' }).waitFor();
  expect(await phone.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  await expectNoAxeViolations(phone);
});
