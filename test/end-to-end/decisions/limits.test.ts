import { conversation, makeChannel, makeFollowup, makeOldFollowup } from '../../support/scenario';
import { type Stack, startStack } from '../../support/stack';
import { told } from '../../support/told';

describe('decisions on windows, lateness and backlogs', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  const ago = (seconds: number) => ({ at: new Date(Date.now() - seconds * 1_000).toISOString() });

  it('a backlog reported late: skipped for this silence where the due time had passed by more than 60 s', async () => {
    const { channelId } = await makeChannel(stack);
    const passed = await makeOldFollowup(stack, channelId, { delaySeconds: 10 });
    const hardlyPassed = await makeOldFollowup(stack, channelId, { delaySeconds: 3_595 });
    const ahead = await makeFollowup(stack, channelId, { delaySeconds: 7_200 });
    const chat = conversation(stack, channelId);
    await chat.says('agent', ago(3_600));
    await told(chat, passed, { status: 'skipped', reason: 'reported_late' });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(hardlyPassed);
    await told(chat, ahead, { status: 'waiting' });
  });

  it('messaging window: what is planned later than its end less five minutes is skipped at once', async () => {
    const { channelId } = await makeChannel(stack, { channel: { messagingWindowSeconds: 600 } });
    const within = await makeFollowup(stack, channelId, { delaySeconds: 2 });
    const beyond = await makeFollowup(stack, channelId, { delaySeconds: 400 });
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    await told(chat, beyond, { status: 'skipped', reason: 'window_expired' });
    const [request] = await chat.delivered(1);
    expect(request?.data).toMatchObject({ followupId: within, withinWindow: true });
  });

  it('messaging window: without any user message ever nothing is sent', async () => {
    const { channelId } = await makeChannel(stack, { channel: { messagingWindowSeconds: 86_400 } });
    const followupId = await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('agent');
    await told(chat, followupId, { status: 'skipped', reason: 'window_expired' });
    expect(chat.received()).toEqual([]);
  });

  it('messaging window: of the conversation, whatever the session', async () => {
    const { channelId } = await makeChannel(stack, { channel: { messagingWindowSeconds: 86_400 } });
    await makeFollowup(stack, channelId);
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.end();
    await chat.closed();
    await chat.says('agent');
    await chat.delivered(1);
  });

  it('messaging window, outsideWindow "send": sent, and the gateway is told to use a template', async () => {
    const channel = { messagingWindowSeconds: 301, outsideWindow: 'send' };
    const { channelId } = await makeChannel(stack, { channel });
    await makeFollowup(stack, channelId, { delaySeconds: 3 });
    const chat = conversation(stack, channelId);
    await chat.says('user');
    await chat.says('agent');
    const [request] = await chat.delivered(1);
    expect(request?.data.withinWindow).toBe(false);
  });

  it('a rule whose delay can never fit the window is accepted, with a warning', async () => {
    const { channelId } = await makeChannel(stack, { channel: { messagingWindowSeconds: 3_600 } });
    const { warnings } = await stack.expect(201, 'POST', '/v1/followups', {
      title: 'Too late',
      message: 'Hello again',
      delaySeconds: 7_200,
      channelIds: [channelId],
    });
    expect(warnings).toMatchObject([{ code: 'never_within_messaging_window' }]);
  });
});

describe('after an outage', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack?.stop());

  it('a send later than planned by more than maxLatenessSeconds is skipped; the default is a quarter of an hour', async () => {
    const { channelId } = await makeChannel(stack);
    const impatient = await makeFollowup(stack, channelId, { delaySeconds: 3, maxLatenessSeconds: 1 });
    const patient = await makeFollowup(stack, channelId, { delaySeconds: 4 });
    const chat = conversation(stack, channelId);
    const worker = await stack.startWorker();
    await chat.says('agent');
    await told(chat, impatient, { status: 'waiting' });
    await worker.stop();
    await outage(5_000);
    await stack.startWorker();
    await told(chat, impatient, { status: 'skipped', reason: 'too_late' });
    const [request] = await chat.delivered(1);
    expect(request?.data.followupId).toBe(patient);
  });
});

/** The one thing that is measured here is time that passes while nobody works. */
const outage = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
