import { eventually, sleep } from '../../../support/eventually';
import type { Installation } from '../../installation/installation';
import type { Conversation, DeliveryRows } from '../../world/conversation';

/** Something of the database that is held until it is given back. */
export type Stall = { end(): Promise<void> };

/** Holds a transaction open in which a lock was taken. */
async function holding({ sql }: Installation, lock: (held: Installation['sql']) => Promise<unknown>): Promise<Stall> {
  const connection = await sql.reserve();
  await connection`begin`;
  await lock(connection as unknown as Installation['sql']);
  return {
    async end() {
      // PostgreSQL may be gone by now, and the lock with it.
      await connection`rollback`.catch(() => {});
      connection.release();
    },
  };
}

/**
 * Takes the place of a sender of this session: an attempt claims its row, and then waits here, for a second and a half,
 * before it asks the session.
 */
export const stallBeforeTheQuestion = (installation: Installation, { workflowId }: Conversation): Promise<Stall> =>
  holding(installation, (held) => held`select pg_advisory_xact_lock(hashtextextended(${workflowId}, 0))`);

/** Has the claims on a channel wait, for five seconds at most. */
export const stallClaims = (installation: Installation, channelId: string): Promise<Stall> =>
  holding(installation, (held) => held`select 1 from channels where id = ${channelId} for update`);

/** Has whoever makes an agent wait, for as long as its request may take. */
export const stallNewAgents = (installation: Installation): Promise<Stall> =>
  holding(installation, (held) => held`lock table agents in share mode`);

/** Waits until a statement of the service waits for a lock. */
export const waitsForLock = ({ sql }: Installation, statement: string): Promise<boolean> =>
  eventually(`a statement to wait: ${statement}`, async () => {
    const waiting = await sql`select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and query ilike ${`%${statement}%`} and pid <> pg_backend_pid()`;
    return waiting.length > 0;
  });

/** The delivery of a conversation once an attempt has claimed it and did not begin yet. */
export const claimed = (chat: Conversation): Promise<DeliveryRows> =>
  chat.delivery(
    'a claim',
    ({ attempts }) => attempts.length > 0 && attempts.every(({ sendingAt }) => sendingAt === null),
  );

/**
 * Has the attempt of a conversation wait between the answer of its session and its mark `sending`, for five seconds at
 * most: it holds the fence meanwhile.
 *
 * @param afterMs for how long it waits before its question as well, a second and a half at most
 */
export async function stallBeforeTheMark(installation: Installation, chat: Conversation, afterMs = 0): Promise<Stall> {
  const before = await stallBeforeTheQuestion(installation, chat);
  try {
    const { id } = await claimed(chat);
    await sleep(afterMs);
    const stall = await holding(
      installation,
      (held) => held`select 1 from delivery_attempts where delivery_id = ${id} for update`,
    );
    await before.end();
    await waitsForLock(installation, 'update delivery_attempts set asked_at');
    return stall;
  } catch (error) {
    await before.end();
    throw error;
  }
}

/** Waits until nobody holds the fence of a session any more. */
export const fenceFree = ({ sql }: Installation, { workflowId }: Conversation): Promise<boolean> =>
  eventually(
    'the fence to be free',
    async () => {
      const [row] = await sql<{ free: boolean }[]>`
        select pg_try_advisory_xact_lock(hashtextextended(${workflowId}, 0)) as free`;
      return row?.free === true;
    },
    15_000,
  );
