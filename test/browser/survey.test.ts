import type { Page } from 'playwright-core';
import type { SurveyType } from '../../src/db/schema';
import { scoresOf, surveyTypes } from '../../src/surveys/scales';
import { surveyToken } from '../../src/surveys/survey-link';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser } from '../support/browser';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const browser = sharedBrowser();
let stack: Stack;
const channels = {} as Record<SurveyType, string>;

beforeAll(async () => {
  stack = await startStack();
  for (const surveyType of surveyTypes) {
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId, { surveyType });
    channels[surveyType] = channelId;
  }
});
afterAll(() => stack?.stop());

/** A followup with a survey arrives, as its user gets it. */
async function delivered(type: SurveyType): Promise<{ deliveryId: string; url: string }> {
  const chat = conversation(stack, channels[type]);
  await chat.says('agent');
  const [request] = await chat.delivered(1);
  const survey = request?.data.survey as { url: string };
  return { deliveryId: request?.data.deliveryId ?? '', url: survey.url };
}

const stored = async (deliveryId: string) =>
  (
    await stack.database.sql`
      select survey_score as score, survey_comment as comment from deliveries where id = ${deliveryId}`
  )[0];

/** The button of a score: a thumb has a word, a number its place on the scale. */
function scoreButton(page: Page, type: SurveyType, score: number) {
  if (type === 'thumbs') return page.getByRole('button', { name: score === 1 ? 'Yes' : 'No', exact: true });
  const last = scoresOf(type).at(-1);
  return page.getByRole('button', { name: new RegExp(`^${score}( of ${last}$|, )`) });
}

const thanks = (page: Page) => page.getByRole('heading', { name: 'Thank you for your answer' });

/** Nothing is cut off, and no finger is too large for a button. */
async function expectFits(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  for (const button of await page.getByRole('button').all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  }
}

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('on a phone, %s', (_with, javaScriptEnabled) => {
  it.each(surveyTypes)('%s is answered with one touch, and again: the newest counts', async (type) => {
    const { deliveryId, url } = await delivered(type);
    const page = await browser.open({ ...phone, javaScriptEnabled });
    await page.goto(url);
    const [lowest = 0, highest = 0] = [scoresOf(type)[0], scoresOf(type).at(-1)];
    await expectFits(page);
    await scoreButton(page, type, lowest).tap();
    await thanks(page).waitFor();
    expect(await stored(deliveryId)).toEqual({ score: lowest, comment: null });

    await expectFits(page);
    await page.getByRole('textbox').fill('Better now.');
    await scoreButton(page, type, highest).tap();
    await page.getByText(type === 'thumbs' ? 'You answered: Yes' : `You answered: ${highest} of`).waitFor();
    expect(await stored(deliveryId)).toEqual({ score: highest, comment: 'Better now.' });
    // Reloading sends nothing again, and shows what was saved.
    await page.reload();
    await thanks(page).waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('Better now.');
  });
});

it('is answered and commented with the keyboard alone', async () => {
  const { deliveryId, url } = await delivered('nps');
  const page = await browser.open();
  await page.goto(url);
  for (let score = 0; score <= 9; score += 1) await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.value')).toBe('9');
  await page.keyboard.press('Enter');
  await thanks(page).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Quick and kind.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Save comment' }).waitFor();
  expect(await stored(deliveryId)).toEqual({ score: 9, comment: 'Quick and kind.' });
});

it('shows a comment as text', async () => {
  const { url } = await delivered('csat');
  const page = await browser.open();
  await page.goto(url);
  await scoreButton(page, 'csat', 3).click();
  const comment = '</textarea><img src=x onerror="document.title=1">';
  await page.getByRole('textbox').fill(comment);
  await page.getByRole('button', { name: 'Send comment' }).click();
  await page.getByRole('button', { name: 'Save comment' }).waitFor();
  expect(await page.getByRole('textbox').inputValue()).toBe(comment);
  expect(await page.locator('img').count()).toBe(0);
});

it('says of an expired link that the survey has closed, and of a made-up one that there is none', async () => {
  const { deliveryId } = await delivered('csat');
  const page = await browser.open(phone);
  page.expectError(/status of 4(04|10)/);
  const expired = surveyToken(stack.secretBox, { deliveryId, expiresAt: new Date(Date.now() - 1_000) });
  await page.goto(`${stack.baseUrl}/s/${expired}`);
  await page.getByRole('heading', { name: 'This survey has closed' }).waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
  await expectNoAxeViolations(page);
  await page.goto(`${stack.baseUrl}/s/nothing`);
  await page.getByRole('heading', { name: 'There is no such survey' }).waitFor();
  await expectNoAxeViolations(page);
});

it.each(surveyTypes)('has no barriers in either theme, before and after an answer: %s', async (type) => {
  const { url } = await delivered(type);
  const page = await browser.open(phone);
  await page.goto(url);
  await expectNoAxeViolations(page);
  await scoreButton(page, type, 1).tap();
  await thanks(page).waitFor();
  await expectNoAxeViolations(page);
});
