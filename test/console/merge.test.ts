import { type FieldsInWords, merge } from '../../console/src/words/merge';

type Draft = { title: string; hours: string[]; channels: string[] };
const fields: FieldsInWords<Draft> = [
  ['Title', ['title'], ({ title }) => `“${title}”`],
  ['Hours', ['hours'], ({ hours }) => hours.join(', ')],
  // Both have the same name.
  ['Channels', ['channels'], ({ channels }) => channels.map(() => 'Web').join(), ({ channels }) => channels.join()],
];
const before: Draft = { title: 'Before', hours: ['9–17'], channels: ['ch_1'] };

test('what only one has changed is kept, and nobody has to choose', () => {
  const [mine, theirs] = [
    { ...before, title: 'Mine' },
    { ...before, hours: ['8–12'] },
  ];
  const both = { ...before, title: 'Mine', hours: ['8–12'] };
  expect(merge(fields, { before, mine, theirs })).toEqual({
    ...{ differences: [], keepMine: both, takeTheirs: both },
    theirsAlone: [{ field: 'Hours', was: '9–17', theirs: '8–12' }],
  });
});

test('what both have changed alike is no difference', () => {
  const now = { ...before, title: 'Now' };
  const merged = { differences: [], theirsAlone: [], keepMine: now, takeTheirs: now };
  expect(merge(fields, { before, mine: now, theirs: now })).toEqual(merged);
});

test('where both have changed the same, one chooses; the rest stays with who has changed it', () => {
  const mine = { title: 'Mine', hours: ['9–17'], channels: ['ch_1', 'ch_2'] };
  const theirs = { title: 'Theirs', hours: ['8–12'], channels: ['ch_1'] };
  expect(merge(fields, { before, mine, theirs })).toEqual({
    differences: [{ field: 'Title', mine: '“Mine”', theirs: '“Theirs”' }],
    theirsAlone: [{ field: 'Hours', was: '9–17', theirs: '8–12' }],
    keepMine: { title: 'Mine', hours: ['8–12'], channels: ['ch_1', 'ch_2'] },
    takeTheirs: { title: 'Theirs', hours: ['8–12'], channels: ['ch_1', 'ch_2'] },
  });
});

test('values that are the same in words alone are told apart', () => {
  const [mine, theirs] = [
    { ...before, channels: ['ch_2'] },
    { ...before, channels: ['ch_3'] },
  ];
  expect(merge(fields, { before, mine, theirs }).differences).toEqual([
    { field: 'Channels', mine: 'Web', theirs: 'Web' },
  ]);
});
