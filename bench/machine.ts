import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

export type Machine = {
  cpu: string;
  cores: number;
  memoryGib: number;
  system: string;
  date: string;
  /** Of the last minute before anything was begun: above a half, something else was at work, and rates mean little. */
  loadBefore: number;
};

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 1_024 ** 3),
    system: `${platform()} ${release()} ${arch()}`,
    date: new Date().toISOString().slice(0, 10),
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
