import { filtered, rowsOf, sorted, sortingOf, sortingText } from '../../console/src/pages/follow-ups/rows';
import { trend } from '../../console/src/pages/follow-ups/trend';
import { copyOf, differing, newValues, valueInWords, valuesOf } from '../../console/src/pages/follow-ups/values';
import { whatItDoes } from '../../console/src/pages/follow-ups/what-it-does';

const values = { ...newValues([]), title: 'One', message: 'Hello', channelIds: ['ch_1', 'ch_2'] };
const followup = (fields: object = {}) => ({
  ...values,
  ...{ id: 'flw_1', agentId: 'agt_1', delaySeconds: 1_800, status: 'active' as const, revision: 1, warnings: [] },
  ...{ createdAt: '2026-11-23T10:00:00.000Z', updatedAt: '2026-11-23T10:00:00.000Z' },
  ...fields,
});

describe('what a followup does', () => {
  test.each([
    [{}, ['Web'], "30 minutes after the agent's last message, on Web, at any hour, once per session."],
    [
      { delaySeconds: 5_400 },
      ['Web', 'App', 'WhatsApp'],
      "90 minutes after the agent's last message, on Web, App and WhatsApp, at any hour, once per session.",
    ],
    [{ delaySeconds: null }, ['Web'], null],
    [
      { surveyType: 'csat' as const, trigger: 'conversation_over' as const },
      [],
      '30 minutes after the conversation is over, on no channel yet, at any hour, once per session, and not again in the same conversation within 7 days.',
    ],
    [
      { surveyType: 'csat' as const, cooldownSeconds: 0 },
      ['Web'],
      "30 minutes after the agent's last message, on Web, at any hour, once per session.",
    ],
  ])('%j', (changes, names, sentence) => {
    expect(whatItDoes({ ...values, ...changes }, names, { mode: 'always' })).toBe(sentence);
  });

  test('inside hours', () => {
    expect(whatItDoes(values, ['Web'], { mode: 'hours', weekly: [], exceptions: [] })).toContain(
      "inside the agent's hours",
    );
  });
});

describe('the rows', () => {
  const channels = [{ id: 'ch_1', name: 'Web' }] as Parameters<typeof rowsOf>[1];
  const stats = {
    followups: [{ followupId: 'flw_2', sent: 10, unknown: 0, responded: 5, responseRate: 0.5, daily: [] }],
  } as unknown as Parameters<typeof rowsOf>[2];
  const rows = rowsOf(
    [
      followup({ id: 'flw_1', title: 'Followup 10', delaySeconds: 60 }),
      followup({ id: 'flw_2', title: 'followup 9', status: 'inactive' }),
      followup({ id: 'flw_3', title: 'Of a playground', channelIds: ['ch_9'] }),
      followup({ id: 'flw_4', title: 'On no channel', channelIds: [], message: 'Your BASKET' }),
    ],
    channels,
    stats,
  );
  const ids = (of: typeof rows) => of.map((row) => row.followup.id);

  test('are of all followups but those made for a playground', () => {
    expect(ids(rows)).toEqual(['flw_1', 'flw_2', 'flw_4']);
  });

  test.each([
    [{ q: ' basket' }, ['flw_4']],
    [{ q: 'FOLLOWUP' }, ['flw_1', 'flw_2']],
    [{ channel: 'ch_1' }, ['flw_1', 'flw_2']],
    [{ status: 'inactive' }, ['flw_2']],
    [{ q: 'x' }, []],
  ])('are filtered by %j', (filters, expected) => {
    expect(ids(filtered(rows, filters))).toEqual(expected);
  });

  test.each([
    ['title', ['flw_2', 'flw_1', 'flw_4']],
    ['-delay', ['flw_2', 'flw_4', 'flw_1']],
    ['sent', ['flw_2', 'flw_1', 'flw_4']],
    ['-rate', ['flw_2', 'flw_1', 'flw_4']],
    ['nonsense', ['flw_1', 'flw_2', 'flw_4']],
  ])('are sorted by %s', (text, expected) => {
    expect(ids(sorted(rows, sortingOf(text)))).toEqual(expected);
    expect(sortingText(sortingOf(text))).toBe(text);
  });
});

test('the trend is of seven days each, and leaves no gap where nothing was sent', () => {
  const daily = [
    { date: '2026-11-01', sent: 10, responded: 0 },
    { date: '2026-11-03', sent: 10, responded: 10 },
  ];
  expect(trend(daily, '2026-11-11')).toEqual([0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1]);
  expect(trend([], '2026-11-11')).toEqual([]);
});

test('fields differ by what they say: channels have no order', () => {
  const other = { ...values, channelIds: ['ch_2', 'ch_1'], maxLatenessSeconds: 60 };
  expect(differing(values, other)).toEqual(['maxLatenessSeconds']);
  expect(differing({ ...values, cooldownSeconds: Number.NaN }, values)).toEqual(['cooldownSeconds']);
});

test('a copy is named so, and not too long', () => {
  const channels = [{ id: 'ch_2' }, { id: 'ch_3' }];
  expect(copyOf(followup(), channels)).toMatchObject({ title: 'Copy of One', channelIds: ['ch_2'] });
  expect(copyOf(followup({ title: 'x'.repeat(120) }), channels).title).toHaveLength(120);
  expect(valuesOf(followup())).toEqual(values);
});

test.each([
  ['delaySeconds', 7_200, '2 hours'],
  ['cooldownSeconds', null, 'Default'],
  ['cooldownSeconds', 0, 'None'],
  ['surveyType', null, 'No survey'],
  ['surveyType', 'nps', 'NPS (0–10)'],
  ['channelIds', ['ch_1', 'ch_9'], 'Web, ch_9'],
  ['channelIds', [], 'None'],
  ['status', 'inactive', 'Inactive'],
  ['title', 'As it is', 'As it is'],
])('%s %j in words', (field, value, words) => {
  expect(valueInWords(field, value, new Map([['ch_1', 'Web']]))).toBe(words);
});
