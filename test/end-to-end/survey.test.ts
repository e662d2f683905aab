import { eventually } from '../support/eventually';
import { answer200 } from '../support/gateway';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

/** What a browser without JavaScript does with a page's form: it presses the button of a score. */
async function press(link: string, score: number, fields: Record<string, string> = {}): Promise<string> {
  const page = await (await fetch(link)).text();
  expect(page).toMatch(new RegExp(`<button[^>]* name="score" value="${score}"`));
  expect(page).toContain('<form method="post"');
  const answered = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ score: String(score), ...fields }),
  });
  // It was led to a page by a request of its own.
  expect([answered.status, answered.redirected]).toEqual([200, true]);
  return answered.text();
}

async function deliveredSurvey(channel: object = {}) {
  const { channelId } = await makeChannel(stack, { channel });
  const followupId = await makeFollowup(stack, channelId, { surveyType: 'csat', trigger: 'conversation_over' });
  const chat = conversation(stack, channelId);
  await chat.says('user');
  await chat.says('agent');
  await chat.end({ outcome: 'resolved' });
  const [request] = await chat.delivered(1);
  const survey = request?.data.survey as { type: string; url: string };
  return { channelId, followupId, deliveryId: request?.data.deliveryId ?? '', survey };
}

it('delivers a survey, whose link is opened and answered twice without JavaScript: newest counts', async () => {
  const { channelId, followupId, deliveryId, survey } = await deliveredSurvey();
  expect(survey).toEqual({ type: 'csat', url: expect.stringMatching(`^${stack.baseUrl}/s/[A-Za-z0-9_-]{64}$`) });
  expect(await press(survey.url, 2)).toContain('Thank you');
  expect(await press(survey.url, 5, { comment: 'All good now.' })).toContain('All good now.');
  const delivery = await stack.expect(200, 'GET', `/v1/deliveries/${deliveryId}`);
  expect(delivery).toMatchObject({ surveyType: 'csat', surveyAnswer: { score: 5, comment: 'All good now.' } });

  const stats = await eventually('the session to have closed', async () => {
    const read = await stack.expect(200, 'GET', `/v1/followups/${followupId}/stats`);
    return read.resolution.resolved === 1 && read;
  });
  expect(stats).toMatchObject({
    sent: 1,
    responseRate: 0,
    survey: { type: 'csat', answers: 1, score: 1, distribution: { '2': 0, '5': 1 } },
  });
  const ofChannel = await stack.expect(200, 'GET', `/v1/channels/${channelId}/stats`);
  expect(ofChannel.followups).toMatchObject([{ followupId, sent: 1, survey: { answers: 1 } }]);
});

it('closes the page when the link has expired', async () => {
  const { deliveryId, survey } = await deliveredSurvey({ surveyLinkSeconds: 1 });
  const page = await eventually('the link to expire', async () => {
    const response = await fetch(survey.url);
    return response.status === 410 && response.text();
  });
  expect(page).toContain('This survey has closed');
  const late = await fetch(survey.url, { method: 'POST', body: new URLSearchParams({ score: '5' }) });
  expect(late.status).toBe(410);
  expect((await stack.expect(200, 'GET', `/v1/deliveries/${deliveryId}`)).surveyAnswer).toBeNull();
});

it('keeps the survey that was sent, should the followup get another one between two attempts', async () => {
  const { channelId } = await makeChannel(stack);
  const followupId = await makeFollowup(stack, channelId, { surveyType: 'thumbs' });
  const chat = conversation(stack, channelId);
  let attempts = 0;
  stack.gateway.answer = async (request, response, incoming) => {
    attempts += 1;
    if (attempts > 1) return answer200(request, response, incoming);
    await stack.expect(200, 'PATCH', `/v1/followups/${followupId}`, { surveyType: 'nps' });
    response.writeHead(503).end();
  };
  try {
    await chat.says('agent');
    const [, request] = await chat.delivered(2);
    const survey = request?.data.survey as { type: string; url: string } | undefined;
    expect(survey?.type).toBe('thumbs');
    await press(survey?.url ?? '', 1);
    const delivery = await stack.expect(200, 'GET', `/v1/deliveries/${request?.data.deliveryId}`);
    expect(delivery).toMatchObject({ surveyType: 'thumbs', surveyAnswer: { score: 1 } });
  } finally {
    stack.gateway.answer = answer200;
  }
});
