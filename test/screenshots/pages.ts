import type { Page } from 'playwright-core';
import type { Service } from '../support/service';
import type { Sample } from './sample-data';

export type Shot = {
  /** Of the file. */
  name: string;
  path: string;
  /** What is done on the page before its picture is taken. */
  prepare?: (page: Page, service: Service) => Promise<void>;
  signedOut?: true;
  /** Something on it never stops moving. */
  restless?: true;
  /** The name of its picture for the README. */
  readme?: string;
};

/** Where nothing exists yet. */
export const emptyShots: Shot[] = [
  { name: 'sign-in', path: '/sign-in', signedOut: true },
  { name: 'first-visit', path: '/welcome' },
];

const openDialog = (page: Page) => page.getByRole('button', { name: 'New Followup' }).first().click();

const question = 'Hi! My order 20417 was to come yesterday. Where is it?';
const answer =
  'It left our warehouse this morning, and is with you tomorrow before noon. Would you like a message when it is near?';

/** A visitor asks, and the agent answers by the API. */
const talk = (channelId: string) => async (page: Page, service: Service) => {
  const visitor = page.waitForResponse((response) => response.url().endsWith('/visitors'));
  await page.getByRole('textbox', { name: 'Message' }).fill(question);
  await page.keyboard.press('Enter');
  const { conversationId } = await (await visitor).json();
  await page.getByText(question).waitFor();
  const path = `/v1/channels/${channelId}/conversations/${conversationId}/messages`;
  await service.call('POST', path, { id: 'answer', from: 'agent', text: answer });
  await page.getByText(answer).waitFor();
};

/** A person tries a followup until it arrives. */
const tryOut = (followup: string) => async (page: Page) => {
  const chat = page.frameLocator('iframe');
  await chat.getByRole('textbox', { name: 'Message' }).fill(question);
  await chat.getByRole('textbox', { name: 'Message' }).press('Enter');
  await page.getByLabel('What to say').fill(answer);
  await page.getByRole('button', { name: 'Send as the agent' }).click();
  await chat.getByText(followup).waitFor({ timeout: 45_000 });
  await page.getByText('Was sent on').first().waitFor();
};

/** Every page, with the sample on it. */
export function shots({ agentId, nightAgentId, sessions, ...ids }: Sample): Shot[] {
  const agent = `/agents/${agentId}`;
  return [
    { name: 'follow-ups', path: `${agent}/follow-ups`, readme: 'follow-ups' },
    { name: 'new-followup', path: `${agent}/follow-ups`, prepare: openDialog },
    { name: 'followup', path: `${agent}/follow-ups/${ids.followupId}` },
    { name: 'followup-survey', path: `${agent}/follow-ups/${ids.surveyFollowupId}` },
    { name: 'identity', path: `${agent}/identity` },
    { name: 'channels', path: `${agent}/channels` },
    { name: 'channel-webhook', path: `${agent}/channels/${ids.whatsAppChannelId}` },
    { name: 'channel-webchat', path: `${agent}/channels/${ids.webChannelId}` },
    { name: 'sessions', path: `${agent}/sessions` },
    { name: 'session-waiting', path: `${agent}/sessions/${sessions.waiting}` },
    { name: 'session-queued', path: `/agents/${nightAgentId}/sessions/${sessions.queued}` },
    { name: 'session-sent', path: `${agent}/sessions/${sessions.sent}`, readme: 'session' },
    { name: 'session-skipped', path: `${agent}/sessions/${sessions.skipped}` },
    { name: 'playground', path: `${agent}/playground`, prepare: tryOut(ids.trial), readme: 'playground' },
    { name: 'api-keys', path: '/api-keys' },
    { name: 'survey', path: new URL(ids.surveyUrl).pathname, signedOut: true },
    { name: 'webchat', path: `/webchat/${ids.webChannelId}`, prepare: talk(ids.webChannelId), signedOut: true },
  ];
}
