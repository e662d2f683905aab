import type { Client } from '@temporalio/client';
import type { ReadinessCheck } from '../api/deps';
import type { Database } from '../db/client';
import { withDeadline } from '../deadline';

export type Readiness = () => Promise<Record<string, ReadinessCheck>>;

const answerWithinMs = 2_000;

export interface ReadinessOf {
  database: Database;
  temporal: { client: Client; namespace: string };
  /** Whether the worker polls; absent where there is none. */
  worker?: () => boolean;
}

/** Asks PostgreSQL, Temporal's namespace and the worker, all at once, each with two seconds to answer. */
export function createReadiness({ database, temporal, worker }: ReadinessOf): Readiness {
  return async () => {
    const [postgresql, server] = await Promise.all([
      check('PostgreSQL', async () => {
        await database.sql`select 1`;
      }),
      check('Temporal', async () => {
        const { connection, workflowService } = temporal.client;
        await connection.withDeadline(Date.now() + answerWithinMs, () =>
          workflowService.describeNamespace({ namespace: temporal.namespace }),
        );
      }),
    ]);
    return {
      postgresql,
      temporal: server,
      ...(worker === undefined ? {} : { worker: worker() ? { ok: true } : { ok: false, detail: 'it does not poll' } }),
    };
  };
}

async function check(what: string, ask: () => Promise<void>): Promise<ReadinessCheck> {
  try {
    await withDeadline(what, answerWithinMs, ask());
    return { ok: true };
  } catch (error) {
    // The code says what is wrong; messages may hold addresses and names.
    const { code, name } = error as { code?: unknown; name?: string };
    return { ok: false, detail: `${what} does not answer (${code === undefined ? name : String(code)})` };
  }
}
