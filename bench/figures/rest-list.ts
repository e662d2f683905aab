import { newId } from '../../src/ids';
import { type BenchForm, makeChannel } from '../forms/bench-form';
import { quantile } from '../statistics';

const rules = 1_000;
const pageSize = 200;
/** Until the compiler has seen all of it. */
const warmUp = 200;

/** Milliseconds of a page of 200 of 1,000 rules of one channel, asked for one after the other: page after page. */
export async function measureRestList(form: BenchForm, calls: number): Promise<{ p50: number; p99: number }> {
  const { api, installation } = form;
  const channelId = await makeChannel(form);
  await insertRules(installation, channelId);
  const times: number[] = [];
  let cursor: string | null = null;
  for (let call = 0; call < warmUp + calls; call++) {
    const path: string = `/v1/followups?channelId=${channelId}&limit=${pageSize}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const beganAtMs = performance.now();
    const page = await api.call('GET', path);
    if (call >= warmUp) times.push(performance.now() - beganAtMs);
    if (page.items.length !== pageSize) throw new Error(`A page of ${page.items.length} rules.`);
    cursor = page.nextCursor;
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Straight into the database: by the API each would have a rollout of its own. */
async function insertRules({ sql }: BenchForm['installation'], channelId: string): Promise<void> {
  const ids = Array.from({ length: rules }, () => newId('flw'));
  await sql`insert into followups (id, agent_id, title, message, delay_seconds, status, activated_at, delay_edited_at)
    select made.id, channels.agent_id, 'Rule ' || n, 'Are you still there? ' || n, 60 * n, 'active', now(), now()
    from unnest(${ids}::text[]) with ordinality as made (id, n), channels where channels.id = ${channelId}`;
  await sql`insert into followup_channels (followup_id, channel_id, agent_id)
    select made, channels.id, channels.agent_id from unnest(${ids}::text[]) made, channels
    where channels.id = ${channelId}`;
}
