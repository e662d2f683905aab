import { startTestApi, type TestApi } from '../support/api';
import { createAgent, createChannel, createFollowup } from '../support/things';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

type Item = { id: string; title: string };

test('pages neither skip nor repeat anything while others write', async () => {
  const agent = await createAgent(api);
  const channel = await createChannel(api, agent.id);
  const made: string[] = [];
  for (let index = 0; index < 23; index++) made.push((await createFollowup(api, [channel.id])).id);

  const seen: Item[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await api.request('GET', `/v1/followups?limit=5${query}`);
    seen.push(...body.items);
    cursor = body.nextCursor;
    pages++;
    // New ones come in front, and edits of the others do not move them.
    await createFollowup(api, [channel.id]);
    await api.request('PATCH', `/v1/followups/${made[0]}`, { body: { title: `Edited ${pages}` } });
    const deleted = made[20 - pages * 5];
    if (deleted) await api.request('DELETE', `/v1/followups/${deleted}`);
  } while (cursor !== null);

  const deleted = made.filter((_id, index) => [15, 10, 5, 0].includes(index));
  const ids = seen.map((item) => item.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of made) if (!deleted.includes(id)) expect(ids).toContain(id);
  expect(ids.filter((id) => !made.includes(id))).toEqual([]);
  expect(pages).toBeLessThanOrEqual(5);
});

test('what was created in one millisecond is told apart', async () => {
  const frozen = Date.now();
  const still = await startTestApi({ clock: () => frozen });
  try {
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.push((await createAgent(still)).id);
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 10; pages++) {
      const { body } = await still.request('GET', `/v1/agents?limit=2${cursor}`);
      seen.push(...body.items.map((item: Item) => item.id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(made.reverse());
  } finally {
    await still.stop();
  }
});

test('a page that is just full has no next one', async () => {
  const agent = await createAgent(api);
  for (let index = 0; index < 2; index++) await createChannel(api, agent.id);
  const page = await api.request('GET', `/v1/channels?agentId=${agent.id}&limit=2`);
  expect([page.body.items.length, page.body.nextCursor]).toEqual([2, null]);
});

test('a page has 50 items unless told otherwise', async () => {
  for (let index = 0; index < 51; index++) await createAgent(api);
  const { body } = await api.request('GET', '/v1/agents');
  expect(body.items).toHaveLength(50);
  expect(body.nextCursor).toEqual(expect.any(String));
  expect((await api.request('GET', '/v1/agents?limit=200')).body.items.length).toBeGreaterThan(50);
});
