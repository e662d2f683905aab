import { createHash, randomBytes } from 'node:crypto';
import { connectDatabase } from '../../src/db/client';
import type { SurveyType } from '../../src/db/schema';
import { newId } from '../../src/ids';
import { createSecretBox } from '../../src/secret-box';
import { surveyToken } from '../../src/surveys/survey-link';
import { startTestApi, type TestApi } from '../support/api';
import { storeAttempt, storeDelivery, storeSession } from '../support/stored-history';
import { createAgent, createChannel, createFollowup, createKey } from '../support/things';

let api: TestApi;
let agentId: string;
let channelId: string;
beforeAll(async () => {
  api = await startTestApi();
  agentId = (await createAgent(api)).id;
  channelId = (await createChannel(api, agentId)).id;
});
afterAll(() => api?.stop());

/** A delivery with a survey, and the path of its link. */
async function survey(surveyType: SurveyType | null = 'csat', fields = {}, validSeconds = 3_600) {
  const followup = await createFollowup(api, [channelId], { surveyType });
  const session = await storeSession(api, { channelId, agentId, conversationId: `c-${newId('ses')}` });
  const delivery = await storeDelivery(api, session, followup.id, { surveyType, message: 'How was it?', ...fields });
  const expiresAt = new Date(Date.now() + validSeconds * 1_000);
  return { id: delivery.id, link: `/s/${surveyToken(api.deps.secretBox, { deliveryId: delivery.id, expiresAt })}` };
}

/** What a browser without JavaScript does: it opens a page, or sends a form. */
async function browse(path: string, form?: Record<string, string> | string, method = form ? 'POST' : 'GET') {
  const response = await fetch(api.url + path, {
    method,
    redirect: 'manual',
    ...(form === undefined ? {} : { body: typeof form === 'string' ? form : new URLSearchParams(form) }),
    ...(typeof form === 'string' ? { headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
  });
  return { status: response.status, headers: response.headers, html: await response.text() };
}

const answerOf = async (id: string) => (await api.request('GET', `/v1/deliveries/${id}`)).body.surveyAnswer;
const answerPath = (id: string) => `/v1/deliveries/${id}/survey-answer`;

describe('the survey as JSON, for the web chat', () => {
  const look = (link: string) => api.request('GET', link, { key: null, headers: { accept: 'application/json' } });
  const answer = (link: string, body: unknown) => api.request('POST', link, { key: null, body });

  test('is told, answered, and answered again', async () => {
    const { id, link } = await survey('nps');
    const untold = await look(link);
    expect([untold.status, untold.headers.get('cache-control'), untold.body]).toEqual([
      200,
      'no-store',
      { type: 'nps', answered: null, expired: false },
    ]);
    const first = await answer(link, { score: 0 });
    expect([first.status, first.body]).toEqual([
      200,
      { type: 'nps', answered: { score: 0, comment: null }, expired: false },
    ]);
    await answer(link, { score: 9, comment: ' Quick <b>\n' });
    expect((await look(link)).body.answered).toEqual({ score: 9, comment: 'Quick <b>' });
    expect(await answerOf(id)).toMatchObject({ score: 9, comment: 'Quick <b>' });
    // A browser that opens the link still gets the page.
    expect((await browse(link)).html).toContain('Thank you');
  });

  test('of an expired link it says so, with the answer that was given', async () => {
    const { id, link } = await survey('csat', { surveyScore: 4, surveyAnsweredAt: new Date() }, -1);
    expect((await look(link)).body).toEqual({ type: 'csat', answered: { score: 4, comment: null }, expired: true });
    const late = await answer(link, { score: 1 });
    expect([late.status, late.body.code]).toEqual([410, 'gone']);
    expect(await answerOf(id)).toMatchObject({ score: 4 });
  });

  test.each<[string, unknown, string]>([
    ['a score of another type', { score: 6 }, 'score'],
    ['no score', { comment: 'Hm' }, 'score'],
    ['a word for a score', { score: '5' }, 'score'],
    ['too long a comment', { score: 5, comment: 'a'.repeat(2_001) }, 'comment'],
    ['anything else', { score: 5, deliveryId: 'x' }, 'deliveryId'],
  ])('%s is refused', async (_what, body, path) => {
    const { id, link } = await survey('csat');
    const refused = await answer(link, body);
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, path]);
    expect(await answerOf(id)).toBeNull();
  });

  test('of a link that leads nowhere there is none', async () => {
    for (const link of [`/s/${'A'.repeat(64)}`, (await survey(null)).link]) {
      expect((await look(link)).status).toBe(404);
      expect((await answer(link, { score: 5 })).status).toBe(404);
    }
  });
});

describe('the survey page', () => {
  test.each<[SurveyType, string[]]>([
    ['csat', ['1', '2', '3', '4', '5']],
    ['nps', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10']],
    ['ces', ['1', '2', '3', '4', '5', '6', '7']],
    ['thumbs', ['1', '0']],
  ])('%s has a button for each score, and works without JavaScript', async (type, scores) => {
    const { link } = await survey(type);
    const { status, html } = await browse(link);
    expect(status).toBe(200);
    expect([...html.matchAll(/<button type="submit" name="score" value="(\d+)"/g)].map(([, score]) => score)).toEqual(
      scores,
    );
    expect(html).toContain('<form method="post"');
    expect(html).toContain('name="viewport"');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i);
  });

  test('is neither kept, found, framed nor told on', async () => {
    const { link } = await survey();
    for (const path of [link, `/s/${'A'.repeat(64)}`]) {
      const { headers, html } = await browse(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/html; charset=utf-8',
      });
      const policy = headers.get('content-security-policy');
      expect(policy).toMatch(/default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      // The style of the page is the one that the policy allows.
      const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
      expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    }
  });

  test('tells nothing of ids', async () => {
    const { id, link } = await survey();
    const { html } = await browse(link);
    expect(html + link).not.toMatch(/(agt|ch|flw|ses|dlv)_[0-9a-f]/);
    expect(Buffer.from(link.slice(3), 'base64url').toString('hex')).not.toContain(id.slice(4, 20));
  });

  test('an answer is kept, and a later one replaces it: newest counts', async () => {
    const { id, link } = await survey();
    expect(await answerOf(id)).toBeNull();
    const answered = await browse(link, { score: '2' });
    expect([answered.status, answered.html]).toEqual([303, '']);
    const next = new URL(answered.headers.get('location') ?? '', api.url + link).pathname;
    expect(next).toBe(link);
    const thanks = await browse(next);
    expect(thanks.html).toContain('Thank you');
    expect(thanks.html).toContain('2 of 5');
    expect(await answerOf(id)).toEqual({ score: 2, comment: null, at: expect.any(String) });

    const comment = 'Quick & <b>friendly</b>\r\n"really"';
    expect((await browse(link, { score: '5', comment })).status).toBe(303);
    expect(await answerOf(id)).toMatchObject({ score: 5, comment: 'Quick & <b>friendly</b>\n"really"' });
    const { html } = await browse(link);
    expect(html).toContain('Quick &amp; &lt;b&gt;friendly&lt;/b&gt;');
    expect(html).not.toContain('<b>friendly');
    expect(html).toContain('class="chosen" aria-pressed="true">5<');
  });

  test('looking at it, as programs that show previews do, answers nothing', async () => {
    const { id, link } = await survey();
    for (const path of [link, `${link}?score=5`]) expect((await browse(path)).status).toBe(200);
    expect((await browse(link, undefined, 'HEAD')).status).toBe(200);
    expect(await answerOf(id)).toBeNull();
  });

  test.each([
    ['no score', {}],
    ['a score above', { score: '6' }],
    ['a score below', { score: '0' }],
    ['a broken score', { score: '4.5' }],
    ['a word', { score: 'five' }],
    ['a negative score', { score: '-1' }],
    ['a comment alone', { comment: 'Hello' }],
    ['two scores', 'score=4&score=5'],
    ['nothing that can be read', '%E0%A4%A'],
  ])('%s: 422, with the question again', async (_what, form) => {
    const { id, link } = await survey();
    const { status, html } = await browse(link, form as Record<string, string>, 'POST');
    expect(status).toBe(422);
    expect(html).toContain('Please choose one of these.');
    expect(html).toContain('name="score"');
    expect(await answerOf(id)).toBeNull();
  });

  test('a comment has 2,000 characters at most', async () => {
    const { id, link } = await survey();
    const long = '🙂'.repeat(2_000);
    expect((await browse(link, { score: '4', comment: long })).status).toBe(303);
    expect((await answerOf(id)).comment).toBe(long);
    const refused = await browse(link, { score: '3', comment: `${long}!` });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('too long');
    expect((await answerOf(id)).score).toBe(4);
    expect((await browse(link, { score: '3', comment: 'x'.repeat(40_000) })).status).toBe(413);
    expect((await answerOf(id)).score).toBe(4);
  });

  test('what PostgreSQL cannot keep is left out', async () => {
    const { id, link } = await survey();
    expect((await browse(link, 'score=4&comment=a%00b')).status).toBe(303);
    expect((await answerOf(id)).comment).toBe('ab');
    expect((await browse(link, 'score=4&comment=a%ED%A0%80b%ZZ')).status).toBe(303);
    expect((await browse(link, { score: '4', comment: ' \r\n ' })).status).toBe(303);
    expect((await answerOf(id)).comment).toBeNull();
  });

  test('an expired link: 410, and no answer', async () => {
    const { id, link } = await survey('csat', {}, 60);
    expect((await browse(link)).status).toBe(200);
    api.clock.offsetMs = 61_000;
    try {
      const [seen, answered] = [await browse(link), await browse(link, { score: '5' })];
      expect([seen.status, answered.status]).toEqual([410, 410]);
      expect(seen.html).toContain('has closed');
    } finally {
      api.clock.offsetMs = 0;
    }
    expect(await answerOf(id)).toBeNull();
  });

  test.each([
    ['made up', () => 'A'.repeat(64)],
    ['too short', () => 'abc'],
    ['strange', () => '%00%ff<script>'],
    [
      'of another installation',
      () =>
        surveyToken(createSecretBox(randomBytes(32)), {
          deliveryId: newId('dlv'),
          expiresAt: new Date(Date.now() + 60_000),
        }),
    ],
    [
      'of a delivery that was erased',
      () => surveyToken(api.deps.secretBox, { deliveryId: newId('dlv'), expiresAt: new Date(Date.now() + 60_000) }),
    ],
  ])('a link that is %s: 404, in words', async (_what, token) => {
    for (const form of [undefined, { score: '5' }]) {
      const { status, html } = await browse(`/s/${token()}`, form);
      expect([400, 404]).toContain(status);
      if (status === 404) expect(html).toContain('no such survey');
      expect(html).not.toContain('<script>');
    }
  });

  test('other methods, and other kinds of bodies', async () => {
    const { id, link } = await survey();
    const wrong = await browse(link, undefined, 'DELETE');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    const text = await fetch(api.url + link, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'score=5',
    });
    expect(text.status).toBe(422);
    expect(await answerOf(id)).toBeNull();
  });

  test('without a database: 503, in words', async () => {
    // Nothing listens on port 1.
    const database = connectDatabase('postgres://nobody@127.0.0.1:1/none', { max: 2 });
    const away = await startTestApi({ database });
    try {
      const ticket = { deliveryId: newId('dlv'), expiresAt: new Date(Date.now() + 60_000) };
      const response = await fetch(`${away.url}/s/${surveyToken(away.deps.secretBox, ticket)}`);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
      const html = await response.text();
      expect(html).toContain('Something went wrong');
      expect(html).not.toMatch(/ECONNREFUSED|select/);
    } finally {
      await database.end();
      await away.stop();
    }
  });
});

describe('POST survey-answer, for gateways that ask themselves', () => {
  test('newest counts', async () => {
    const { id, link } = await survey('nps');
    const first = await api.request('POST', answerPath(id), { body: { score: 3, comment: 'Slow' } });
    expect([first.status, first.body]).toEqual([200, { score: 3, comment: 'Slow', at: expect.any(String) }]);
    expect((await api.request('POST', answerPath(id), { body: { score: 10 } })).status).toBe(200);
    expect(await answerOf(id)).toMatchObject({ score: 10, comment: null });
    await browse(link, { score: '0' });
    expect(await answerOf(id)).toMatchObject({ score: 0 });
    // An answer that took longer on its way does not replace a newer one.
    api.clock.offsetMs = -60_000;
    try {
      await api.request('POST', answerPath(id), { body: { score: 7 } });
    } finally {
      api.clock.offsetMs = 0;
    }
    expect(await answerOf(id)).toMatchObject({ score: 0 });
  });

  test.each<[SurveyType, number, string]>([
    ['csat', 0, '1 to 5'],
    ['csat', 6, '1 to 5'],
    ['ces', 0, '1 to 7'],
    ['ces', 8, '1 to 7'],
    ['thumbs', 2, '0 to 1'],
  ])('%s with %d: 422, with the range and an example', async (type, score, range) => {
    const { id } = await survey(type);
    const { status, body } = await api.request('POST', answerPath(id), { body: { score } });
    expect([status, body.errors[0].path, body.errors[0].code]).toEqual([422, 'score', 'out_of_range']);
    expect(body.errors[0].message).toContain(range);
    expect(body.errors[0].message).toContain('for example');
    expect(await answerOf(id)).toBeNull();
  });

  test.each([
    [{}],
    [{ score: 11 }],
    [{ score: 4.5 }],
    [{ score: '4' }],
    [{ score: 4, more: 1 }],
    [{ score: 4, comment: 'x'.repeat(2_001) }],
  ])('%j is not valid', async (body) => {
    const { id } = await survey('nps');
    expect((await api.request('POST', answerPath(id), { body })).status).toBe(422);
  });

  test('a delivery without a survey, or that was not sent: 422', async () => {
    const without = await survey(null);
    const { status, body } = await api.request('POST', answerPath(without.id), { body: { score: 1 } });
    expect([status, body.errors[0].code]).toEqual([422, 'no_survey']);
    for (const [state, reason] of [
      ['queued', 'queued'],
      ['sending', 'sending'],
      ['failed', 'gateway_rejected'],
      ['skipped', 'user_replied'],
    ] as const) {
      const { id } = await survey('csat', { status: state, reason });
      const answered = await api.request('POST', answerPath(id), { body: { score: 1 } });
      expect([answered.status, answered.body.errors[0].code]).toEqual([422, 'not_sent']);
    }
    const unknown = await survey('csat', { status: 'unknown', reason: 'unknown' });
    expect((await api.request('POST', answerPath(unknown.id), { body: { score: 1 } })).status).toBe(200);
    // The user was quicker than the gateway's answer.
    const quick = await survey('csat', { status: 'sending', reason: 'sending' });
    await storeAttempt(api, { deliveryId: quick.id, attempt: 1, sendingAt: new Date() });
    expect((await api.request('POST', answerPath(quick.id), { body: { score: 1 } })).status).toBe(200);
    expect((await api.request('POST', answerPath(newId('dlv')), { body: { score: 1 } })).status).toBe(404);
  });

  test('gateways speak for their own channels only', async () => {
    const { id } = await survey();
    const other = await createChannel(api, agentId);
    const mine = await createKey(api, { scope: 'gateway', channelIds: [channelId] });
    const theirs = await createKey(api, { scope: 'gateway', channelIds: [other.id] });
    const reader = await createKey(api, { scope: 'read' });
    const statuses = [];
    for (const { key } of [mine, theirs, reader]) {
      statuses.push((await api.request('POST', answerPath(id), { key, body: { score: 4 } })).status);
    }
    expect(statuses).toEqual([200, 403, 403]);
  });
});

test('a channel says for how long the link of a survey works', async () => {
  const channel = await createChannel(api, agentId);
  expect(channel.surveyLinkSeconds).toBe(604_800);
  const path = `/v1/channels/${channel.id}`;
  const edited = await api.request('PATCH', path, { body: { surveyLinkSeconds: 60 } });
  expect(edited.body.surveyLinkSeconds).toBe(60);
  expect((await api.request('PATCH', path, { body: { surveyLinkSeconds: 0 } })).status).toBe(422);
});
