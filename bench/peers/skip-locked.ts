import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { clients } from '../load/trace';
import type { Peer } from './peer';

const pollMs = 100;
const batch = 100;

const connect = (url: string) => postgres(url, { max: clients, onnotice: () => {} });

/** What one writes in an afternoon: a table, and a loop that takes what is due. */
export const skipLocked: Peer = {
  package: false,
  async connect(url) {
    const sql = connect(url);
    await sql`create table jobs (session_id text primary key, due_at timestamptz not null)`;
    await sql`create index on jobs (due_at)`;
    return {
      async schedule(sessionId, dueAtMs) {
        await sql`insert into jobs values (${sessionId}, ${new Date(dueAtMs)})
          on conflict (session_id) do update set due_at = excluded.due_at`;
      },
      async cancel(sessionId) {
        await sql`delete from jobs where session_id = ${sessionId}`;
      },
      stop: () => sql.end(),
    };
  },
  async work(url, onDue) {
    const sql = connect(url);
    let stopped = false;
    const polling = (async () => {
      while (!stopped) {
        const due = await sql<{ session_id: string }[]>`
          delete from jobs where session_id in (
            select session_id from jobs where due_at <= now() order by due_at limit ${batch} for update skip locked
          ) returning session_id`;
        await Promise.all(due.map(({ session_id }) => onDue(session_id)));
        if (due.length < batch) await sleep(pollMs);
      }
    })();
    return {
      async stop() {
        stopped = true;
        await polling;
        await sql.end();
      },
    };
  },
};
