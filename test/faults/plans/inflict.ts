import { eventually, sleep } from '../../support/eventually';
import type { Breakable, Installation } from '../installation/installation';
import type { FaultPlan } from './plan';

/**
 * Does what a plan breaks, each at its time. What it killed it starts again; what cannot be started yet, because another
 * fault goes on, is left to the recovery after the plan.
 *
 * @returns what was done, in words
 */
export async function inflict(installation: Installation, faults: readonly FaultPlan[], beganAtMs: number) {
  const broken = new Set<Breakable>();
  const done: string[] = [];
  await Promise.all(
    faults.map(async (plan) => {
      await sleep(beganAtMs + plan.afterMs - Date.now());
      const target = targetOf(installation, plan);
      if (target === null) {
        installation.databaseProxy?.cutAll();
        done.push('cut lines');
        return;
      }
      // One fault at a time for each.
      if (broken.has(target) || !target.running) return;
      broken.add(target);
      done.push(`${plan.fault} ${target.name}`);
      await breakOne(installation, target, plan);
      broken.delete(target);
    }),
  );
  return done;
}

/** null: every line to the database. */
function targetOf({ workers, apis, temporal, postgres }: Installation, { target, index }: FaultPlan): Breakable | null {
  switch (target) {
    case 'worker':
      return workers[index % workers.length] ?? null;
    case 'api':
      return apis[index % apis.length] ?? null;
    case 'temporal':
      return temporal;
    case 'postgresql':
      return postgres;
    case 'lines':
      return null;
  }
}

async function breakOne(installation: Installation, target: Breakable, { fault, forMs }: FaultPlan): Promise<void> {
  switch (fault) {
    case 'freeze':
      target.freeze();
      await sleep(forMs);
      target.thaw();
      return;
    case 'restart fast':
      await installation.postgres.restart('fast');
      return;
    case 'restart immediate':
      await installation.postgres.restart('immediate');
      return;
    case 'kill':
      await target.kill();
      await sleep(forMs);
      // Programs and servers need each other to answer, and some of those may be broken as well: one that ends by itself
      // for that is started again, as whoever supervises it would do, while conversations still have patience.
      await eventually(
        `${target.name} to start`,
        async () => {
          if (!target.running) await target.start();
          return true;
        },
        80_000,
      ).catch(() => {});
      return;
    case 'cut':
      return;
  }
}
