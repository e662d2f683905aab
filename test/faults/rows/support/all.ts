import type { Installation, Program } from '../../installation/installation';

/** Every program of the service, once: embedded there is one. */
export const programs = ({ apis, workers }: Installation): Program[] => [...new Set([...apis, ...workers])];

export const killAll = (each: readonly { kill(): Promise<void> }[]) => Promise.all(each.map((one) => one.kill()));

export const startAll = (each: readonly { start(): Promise<void> }[]) => Promise.all(each.map((one) => one.start()));

export function freezeAll(each: readonly { freeze(): void }[]): void {
  for (const one of each) one.freeze();
}

export function thawAll(each: readonly { thaw(): void }[]): void {
  for (const one of each) one.thaw();
}
