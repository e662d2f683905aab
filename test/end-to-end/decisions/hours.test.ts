import { DateTime } from 'luxon';
import { eventually } from '../../support/eventually';
import { conversation, makeChannel, makeFollowup, makeOldFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';
import { told } from '../../support/told';

describe('decisions on hours', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  type Hours = { from: string; to: string };
  const hoursOn = (day: DateTime, ...hours: Hours[]) => ({ date: day.toISODate(), hours });

  /** An agent with the hours of these dates alone. */
  const identityWith = (timeZone: string, ...exceptions: object[]) => ({
    timeZone,
    availability: { mode: 'hours', weekly: [], exceptions },
  });

  /** Open on one day, next week: closed now. */
  const closedNow = () => {
    const day = DateTime.utc().plus({ days: 7 });
    return identityWith('UTC', hoursOn(day, { from: '09:00', to: '17:00' }));
  };

  const open = (agentId: string) =>
    stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { availability: { mode: 'always' } } });

  it.each([
    ['together', 'all at opening, in due order', 0],
    ['spaced', 'each keeps the distance that its delay gives it', 6_000],
  ])('several followups queued at opening, queueRelease "%s": %s', async (queueRelease, _what, distanceMs) => {
    const { agentId, channelId } = await makeChannel(stack, { identity: closedNow(), agent: { queueRelease } });
    const first = await makeOldFollowup(stack, channelId, { delaySeconds: 1 });
    const second = await makeOldFollowup(stack, channelId, { delaySeconds: 7 });
    const chat = conversation(stack, channelId);
    // Both due times have passed, so that only the release puts a distance between them.
    await chat.says('agent', { at: new Date(Date.now() - 7_500).toISOString() });
    await told(chat, first, { status: 'queued', reason: 'queued' });
    await open(agentId);
    const requests = await chat.delivered(2, 30_000);
    expect(requests.map(({ data }) => data.followupId)).toEqual([first, second]);
    const deliveries = await stack.expect(200, 'GET', `/v1/deliveries?channelId=${channelId}`);
    const [later, earlier] = deliveries.items.map(({ sendAt }: { sendAt: string }) => Date.parse(sendAt));
    if (distanceMs === 0) expect(later - earlier).toBeLessThan(5_000);
    else expect(later - earlier).toBe(distanceMs);
  });

  it('equal delays: in the order in which they were created', async () => {
    const { channelId } = await makeChannel(stack);
    const made: string[] = [];
    for (let index = 0; index < 4; index += 1) made.push(await makeFollowup(stack, channelId, { delaySeconds: 2 }));
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(4);
    expect(chat.received().map(({ data }) => data.followupId)).toEqual(made);
  });

  it('the time zone is edited while something is queued: recomputed at once', async () => {
    // Noon to one o'clock, where it is half past twelve; and queued while it is not.
    const zoneWhereItIs = (hour: number) => {
      const ahead = (hour - DateTime.utc().hour + 36) % 24 === 0 ? 12 : ((hour - DateTime.utc().hour + 36) % 24) - 12;
      return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
    };
    const weekly = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({
      day,
      from: '10:00',
      to: '14:00',
    }));
    const identity = { timeZone: zoneWhereItIs(4), availability: { mode: 'hours', weekly, exceptions: [] } };
    const { agentId, channelId } = await makeChannel(stack, { identity });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await told(chat, followupId, { status: 'queued' });
    await stack.expect(200, 'PATCH', `/v1/agents/${agentId}`, { identity: { timeZone: zoneWhereItIs(12) } });
    await chat.delivered(1);
  });

  it('daylight saving: a start inside the gap opens at the instant the gap ends', async () => {
    // The last Sunday of March, at 02:00 in Madrid, which is 03:00 (https://eur-lex.europa.eu/eli/dir/2000/84/oj).
    const now = DateTime.utc();
    const year = now < DateTime.utc(now.year, 3, 24) ? now.year : now.year + 1;
    const march = DateTime.utc(year, 3, 31);
    const sunday = march.minus({ days: march.weekday % 7 });
    const { channelId } = await makeChannel(stack, {
      identity: identityWith('Europe/Madrid', hoursOn(sunday, { from: '02:30', to: '10:00' })),
    });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const { sendAt } = await told(chat, followupId, { status: 'queued' });
    expect(sendAt).toBe(sunday.set({ hour: 1 }).toISO());
  });

  it('hours that cross midnight: the night of the day before is open', async () => {
    // Where the day has just begun: it is between midnight and one o'clock there.
    const hour = DateTime.utc().hour;
    const timeZone = hour <= 12 ? `Etc/GMT+${hour}` : `Etc/GMT-${24 - hour}`;
    const yesterday = DateTime.now().setZone(timeZone).minus({ days: 1 });
    expect(yesterday.hour).toBe(0);
    // 02:00 and not 01:00, so that the test may begin at the end of the hour.
    const { channelId } = await makeChannel(stack, {
      identity: identityWith(timeZone, hoursOn(yesterday, { from: '22:00', to: '02:00' })),
    });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await chat.delivered(1);
  });

  it('holidays: an exception replaces all hours of its date', async () => {
    const today = DateTime.utc();
    const weekly = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({
      day,
      from: '00:00',
      to: '24:00',
    }));
    // Midnight may pass while the test runs.
    const exceptions = [hoursOn(today), hoursOn(today.plus({ days: 1 }))];
    const identity = { timeZone: 'UTC', availability: { mode: 'hours', weekly, exceptions } };
    const { channelId } = await makeChannel(stack, { identity });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    const { sendAt } = await told(chat, followupId, { status: 'queued' });
    expect(sendAt).toBe(today.startOf('day').plus({ days: 2 }).toISO());
  });

  it('an agent with no opening in the next 366 days: skipped, not held for ever', async () => {
    const { channelId } = await makeChannel(stack, { identity: identityWith('UTC') });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await told(chat, followupId, { status: 'skipped', reason: 'never_available' });
    await eventually('the decision', async () => {
      const { decisions } = await chat.session();
      return decisions.some(({ reason }: { reason: string }) => reason === 'never_available');
    });
    expect(chat.received()).toEqual([]);
  });
});
