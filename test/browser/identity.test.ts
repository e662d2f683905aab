import type { Page } from 'playwright-core';
import { expectNoAxeViolations } from '../support/axe';
import { sharedBrowser, type WatchedPage } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { signInCookie } from '../support/sign-in';
import { told } from '../support/told';

const browser = sharedBrowser();
let stack: ConsoleStack;
beforeAll(async () => {
  stack = await startConsole();
}, 300_000);
afterAll(() => stack?.stop());

const officeHours = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => ({
  day,
  from: '09:00',
  to: '17:00',
}));
const neverOpen = { mode: 'hours', weekly: [], exceptions: [] };

const makeAgent = async (identity: object = {}): Promise<string> =>
  (await stack.expect(201, 'POST', '/v1/agents', { name: 'Ada', identity: { timeZone: 'Europe/Madrid', ...identity } }))
    .id;
const agent = (agentId: string) => stack.expect(200, 'GET', `/v1/agents/${agentId}`);

async function visitIdentity(agentId: string): Promise<WatchedPage> {
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/identity`);
  await page.getByRole('heading', { name: 'Identity', level: 1 }).waitFor();
  return page;
}

const save = async (page: Page) => {
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
};

it('changes name, time zone and hours, as a person types them', async () => {
  const agentId = await makeAgent();
  const page = await visitIdentity(agentId);
  await page.getByText('Available now, day and night').waitFor();
  await page.getByLabel('Name').fill('Ada of Acme');
  await page.getByRole('button', { name: 'Time zone: Europe/Madrid' }).click();
  await page.getByPlaceholder('City or country').fill('tokyo');
  await page.getByRole('option', { name: /Asia\/Tokyo/ }).click();
  await page.getByRole('radio', { name: /In these hours/ }).check();

  // A break on Monday, the same on Tuesday and Saturday; a night that ends on the next day, and one that ends with it.
  await page.getByLabel('Monday, to').fill('12');
  await page.getByRole('button', { name: 'Add hours to Monday' }).click();
  expect(await page.getByLabel('Monday, hours 2, from').inputValue()).toBe('13:00');
  await page.getByLabel('Monday, hours 2, to').fill('5.30 pm');
  await page.getByRole('button', { name: 'Copy Monday to other days' }).click();
  await page.getByRole('checkbox', { name: 'Tuesday' }).check();
  await page.getByRole('checkbox', { name: 'Saturday' }).check();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  const friday = page.getByRole('region', { name: 'Friday' });
  await friday.getByLabel('Friday, from').fill('2200');
  await friday.getByLabel('Friday, to').fill('2:00');
  await friday.getByText('+1 day').waitFor();
  await page.getByRole('button', { name: 'Add hours to Sunday' }).click();
  await page.getByLabel('Sunday, to').fill('24');
  await page.getByRole('button', { name: 'Remove Thursday' }).click();

  await page.getByRole('button', { name: 'Add a date' }).click();
  await page.getByLabel('Date', { exact: true }).fill('2030-12-25');
  await page.getByRole('button', { name: 'Add a date' }).click();
  const second = page.getByRole('region', { name: 'New date' });
  await second.getByLabel('Date', { exact: true }).fill('2030-12-24');
  await page.getByLabel('2030-12-24: open or closed').selectOption('Open');
  await save(page);

  const split = [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:30' },
  ];
  const of = (day: string, hours: { from: string; to: string }[]) => hours.map((each) => ({ day, ...each }));
  expect(await agent(agentId)).toMatchObject({
    name: 'Ada of Acme',
    identity: {
      timeZone: 'Asia/Tokyo',
      availability: {
        mode: 'hours',
        weekly: [
          ...of('monday', split),
          ...of('tuesday', split),
          ...of('wednesday', [{ from: '09:00', to: '17:00' }]),
          ...of('friday', [{ from: '22:00', to: '02:00' }]),
          ...of('saturday', split),
          ...of('sunday', [{ from: '09:00', to: '24:00' }]),
        ],
        exceptions: [
          { date: '2030-12-25', hours: [] },
          { date: '2030-12-24', hours: [{ from: '09:00', to: '13:00' }] },
        ],
      },
    },
  });
  // The line at the top says what the service says.
  const { open } = await stack.expect(200, 'GET', `/v1/agents/${agentId}/availability`);
  await page.getByText(open ? /^Available now, until / : /^Closed, opens /).waitFor();
});

it('finds a time zone by its country, and by the name that its city has now', async () => {
  const page = await visitIdentity(await makeAgent());
  await page.getByRole('button', { name: 'Time zone: Europe/Madrid' }).click();
  const search = page.getByPlaceholder('City or country');
  for (const [typed, zone] of [
    ['Spain', /Europe\/Madrid/],
    ['turkiye', /Europe\/Istanbul/],
    ['new york', /America\/New York/],
    ['Kolkata', /Asia\/(Calcutta|Kolkata)/],
    ['Kyiv', /Europe\/(Kiev|Kyiv)/],
  ] as const) {
    await search.fill(typed);
    await eventually(`few zones for ${typed}`, async () => {
      const found = await page.getByRole('listbox').getByRole('option').allTextContents();
      if (found.length > 9 || !zone.test(found.join())) throw new Error(found.join());
      return true;
    });
  }
});

it('has limits behind More, and says what is no number at its field', async () => {
  const agentId = await makeAgent();
  const page = await visitIdentity(agentId);
  page.expectError(/status of 422/);
  await page.getByText('More', { exact: true }).click();
  await page.getByLabel('At opening').selectOption('Send all of them at once');
  await page.getByLabel('Too late to send').selectOption('After a time of its own');
  await page.getByRole('textbox', { name: 'Too late after' }).fill('2');
  await page.getByLabel('Followups in one session').selectOption('Not more than');
  await page.getByRole('textbox', { name: 'Not more than' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'maxFollowupsPerSession' }).waitFor();
  await page.getByRole('textbox', { name: 'Not more than' }).fill('3');
  await save(page);
  expect(await agent(agentId)).toMatchObject({
    queueRelease: 'together',
    maxLatenessSeconds: 7_200,
    maxFollowupsPerSession: 3,
  });
});

it('shows what is wrong with hours at the hours, and brings the keyboard there', async () => {
  const agentId = await makeAgent({ availability: { mode: 'hours', weekly: officeHours } });
  const page = await visitIdentity(agentId);
  page.expectError(/status of 422/);
  await page.getByRole('button', { name: 'Add hours to Wednesday' }).click();
  await page.getByLabel('Wednesday, hours 2, from').fill('16:00');
  await page.getByLabel('Friday, to').fill('half past');
  await page.getByRole('button', { name: 'Save' }).click();
  const wednesday = page.getByRole('region', { name: 'Wednesday' });
  await wednesday.getByText(/16:00–22:00 overlaps 09:00–17:00 on wednesday/).waitFor();
  await page
    .getByRole('region', { name: 'Friday' })
    .getByText(/"half past" is not a time to close at/)
    .waitFor();
  const focused = page.locator('input:focus');
  expect(await focused.getAttribute('aria-label')).toBe('Wednesday, hours 2, from');
  expect((await agent(agentId)).revision).toBe(1);
});

it('warns that queued messages move, and they do', async () => {
  const { agentId, channelId } = await makeChannel(stack, { identity: { availability: neverOpen } });
  await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, {
    // Open for the last minute of a day far away, so that there is an opening to wait for.
    identity: { availability: { ...neverOpen, exceptions: [farAway()] } },
  });
  const followupId = await makeFollowup(stack, channelId, { maxLatenessSeconds: 31_536_000 });
  const chat = conversation(stack, channelId);
  await chat.says('agent');
  await told(chat, followupId, { status: 'queued' });

  const page = await visitIdentity(agentId);
  await page.getByRole('radio', { name: /Always/ }).check();
  await page.getByText('1 queued message will move').waitFor();
  await expectNoAxeViolations(page);
  expect(chat.received()).toHaveLength(0);
  await save(page);
  const [request] = await chat.delivered(1);
  expect(request?.data.followupId).toBe(followupId);
});

/** 100 days from now, 23:59 to midnight. */
const farAway = () => ({
  date: new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10),
  hours: [{ from: '23:59', to: '24:00' }],
});

describe('when somebody else saved in the meantime', () => {
  /** Somebody else has saved `theirs`, while name and hours were changed here. */
  async function twoEditors(theirs: object): Promise<{ agentId: string; page: WatchedPage }> {
    const agentId = await makeAgent();
    const page = await visitIdentity(agentId);
    page.expectError(/status of 412/);
    await page.getByLabel('Name').fill('My name');
    await page.getByRole('radio', { name: /In these hours/ }).check();
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, theirs);
    await page.getByRole('button', { name: 'Save' }).click();
    return { agentId, page };
  }
  const theirs = { name: 'Their name', queueRelease: 'together' };
  const myHours = { availability: { mode: 'hours', weekly: officeHours } };
  const conflict = (page: Page) => page.getByRole('dialog', { name: 'Somebody else changed this agent' });

  it('shows what they have changed, and keeps mine', async () => {
    const { agentId, page } = await twoEditors(theirs);
    await conflict(page).getByRole('region', { name: 'Name' }).getByText('Their name').waitFor();
    await conflict(page).getByRole('region', { name: 'At opening' }).getByText('Send all of them at once').waitFor();
    // Only I have changed them: nothing to choose.
    expect(await conflict(page).getByRole('region', { name: 'Availability' }).count()).toBe(0);
    await expectNoAxeViolations(page);
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect(await agent(agentId)).toMatchObject({
      ...{ name: 'My name', queueRelease: 'together', revision: 3 },
      identity: myHours,
    });
  });

  it('takes theirs, and what only I have changed is still to be saved', async () => {
    const { agentId, page } = await twoEditors(theirs);
    await conflict(page).getByRole('button', { name: 'Take theirs' }).click();
    await conflict(page).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Their name');
    expect(await page.getByRole('radio', { name: /In these hours/ }).isChecked()).toBe(true);
    expect(await agent(agentId)).toMatchObject({ name: 'Their name', revision: 2 });
    await save(page);
    expect(await agent(agentId)).toMatchObject({ name: 'Their name', revision: 3, identity: myHours });
  });

  it('asks nobody where each has changed something else', async () => {
    const { agentId, page } = await twoEditors({ queueRelease: 'together', identity: { timeZone: 'Asia/Tokyo' } });
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect(await agent(agentId)).toMatchObject({
      ...{ name: 'My name', queueRelease: 'together', revision: 3 },
      identity: { ...myHours, timeZone: 'Asia/Tokyo' },
    });
    await page.getByRole('button', { name: 'Time zone: Asia/Tokyo' }).waitFor();
  });
});

it('asks before unsaved changes are left', async () => {
  const agentId = await makeAgent();
  const page = await visitIdentity(agentId);
  await page.getByLabel('Name').fill('Somebody');
  const channels = page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Channels' });
  await channels.click();
  const dialog = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByLabel('Name').inputValue()).toBe('Somebody');
  await channels.click();
  await dialog.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
  expect((await agent(agentId)).name).toBe('Ada');
});

it('deletes an agent once it has no channel, and its name was typed', async () => {
  const { agentId, channelId } = await makeChannel(stack);
  const playground = await stack.expect(201, 'POST', '/v1/channels', {
    agentId,
    name: 'Playground',
    type: 'webchat',
    playground: true,
  });
  const page = await visitIdentity(agentId);
  await page.getByRole('button', { name: 'Delete agent' }).click();
  await page.getByRole('dialog').getByText('It has 1 channel').waitFor();
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Delete agent' }).count()).toBe(0);
  await stack.expect(204, 'DELETE', `/v1/channels/${channelId}`);
  await page.reload();

  await page.getByRole('button', { name: 'Delete agent' }).click();
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete agent' });
  await page.getByLabel('Type Test agent to delete it').fill('Test');
  expect(await confirm.isDisabled()).toBe(true);
  await page.getByLabel('Type Test agent to delete it').fill('Test agent');
  await confirm.click();
  await page.waitForURL((url) => !url.pathname.includes(agentId));
  await stack.expect(404, 'GET', `/v1/agents/${agentId}`);
  await stack.expect(404, 'GET', `/v1/channels/${playground.id}`);
});

it('shows everything to a read key, and lets it change nothing', async () => {
  const agentId = await makeAgent({ availability: { mode: 'hours', weekly: officeHours } });
  const { key } = await stack.expect(201, 'POST', '/v1/keys', { name: 'Reader', scope: 'read' });
  const page = await browser.open();
  await page.context().addCookies([await signInCookie(stack.baseUrl, key)]);
  await page.goto(`${stack.baseUrl}/agents/${agentId}/identity`);
  await page.getByText('You are signed in to look only').waitFor();
  expect(await page.getByLabel('Monday, from').inputValue()).toBe('09:00');
  for (const control of await page.locator('main input, main select, main textarea').all()) {
    expect(await control.isDisabled()).toBe(true);
  }
  for (const name of ['Save', 'Delete agent', 'Add a date']) {
    expect(await page.getByRole('button', { name }).count()).toBe(0);
  }
});

it('has no barriers in either theme, on a phone as well, and nothing scrolls sideways', async () => {
  const exceptions = [farAway()];
  const agentId = await makeAgent({ availability: { mode: 'hours', weekly: officeHours, exceptions } });
  for (const width of [1280, 360]) {
    const page = await browser.open({ viewport: { width, height: 800 } });
    await stack.visit(page, `/agents/${agentId}/identity`);
    await page.getByText('More', { exact: true }).click();
    await page.getByLabel('Monday, from').waitFor();
    await expectNoAxeViolations(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Copy Monday to other days' }).click();
    await page.getByRole('dialog').waitFor();
    await expectNoAxeViolations(page);
  }
});

it('is edited with the keyboard alone', async () => {
  const agentId = await makeAgent({ availability: { mode: 'hours', weekly: officeHours } });
  const page = await visitIdentity(agentId);
  await page.getByRole('button', { name: 'Add hours to Monday' }).focus();
  await page.keyboard.press('Enter');
  await eventually('the keyboard in the new hours', async () =>
    (await page.locator('input:focus').getAttribute('aria-label')) === 'Monday, hours 2, from' ? true : undefined,
  );
  await page.keyboard.type('19');
  await page.keyboard.press('Tab');
  await page.keyboard.type('21');
  await page.keyboard.press('Enter');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  expect((await agent(agentId)).identity.availability.weekly[1]).toEqual({ day: 'monday', from: '19:00', to: '21:00' });
});
