import { createFencePool, type Fence } from '../../src/db/fence-pool';

/** Stands where a sender of this session would stand, until it is released. */
export async function raiseFence(databaseUrl: string, workflowId: string): Promise<Fence> {
  const pool = createFencePool(databaseUrl, 1);
  const fence = await pool.raise(workflowId);
  return {
    ...fence,
    async release() {
      await fence.release();
      await pool.end();
    },
  };
}
