import { and, eq, isNull } from 'drizzle-orm';
import type { Queryable } from '../client';
import { agents } from '../schema';
import { afterPage, newestFirst, type PageRequest } from './pages';

export type AgentRow = typeof agents.$inferSelect;
export type NewAgent = typeof agents.$inferInsert;

const present = (agentId: string) => and(eq(agents.id, agentId), isNull(agents.deletedAt));

export async function insertAgent(db: Queryable, values: NewAgent): Promise<AgentRow> {
  const [row] = await db.insert(agents).values(values).returning();
  if (!row) throw new Error('The inserted agent did not come back.');
  return row;
}

/** null for an unknown or deleted agent, here and below. */
export async function findAgent(db: Queryable, agentId: string): Promise<AgentRow | null> {
  const [row] = await db.select().from(agents).where(present(agentId));
  return row ?? null;
}

/** Locks the agent until the transaction ends: `update` to change it, `share` to build on its being there. */
export async function lockAgent(tx: Queryable, agentId: string, mode: 'update' | 'share'): Promise<AgentRow | null> {
  const [row] = await tx.select().from(agents).where(present(agentId)).for(mode);
  return row ?? null;
}

export function listAgents(db: Queryable, page: PageRequest): Promise<AgentRow[]> {
  return db
    .select()
    .from(agents)
    .where(and(isNull(agents.deletedAt), afterPage(agents, page.after)))
    .orderBy(...newestFirst(agents))
    .limit(page.limit);
}

export async function updateAgent(tx: Queryable, agentId: string, values: Partial<NewAgent>): Promise<AgentRow> {
  const [row] = await tx.update(agents).set(values).where(eq(agents.id, agentId)).returning();
  if (!row) throw new Error('The agent is locked, and yet it is gone.');
  return row;
}
