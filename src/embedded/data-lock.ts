import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDataDir } from './data-dir';
import { findProcess, ownIdentity } from './processes';

/** Another live process holds the data folder. */
export class DataDirLockedError extends Error {
  constructor(dataDir: string, holder: Holder) {
    super(
      `The data folder ${dataDir} is held by process ${holder.pid}` +
        `${holder.since === null ? '' : `, since ${holder.since}`} (${holder.commandLine}). ` +
        'Stop that one first, or give this one a folder of its own, for example DATA_DIR=.followups-2.',
    );
    this.name = 'DataDirLockedError';
  }
}

interface Holder {
  pid: number;
  since: string | null;
  commandLine: string;
}

export interface DataLock {
  /** Gives the folder free. Safe to call twice. */
  release(): void;
}

/**
 * Makes this process the only one on a data folder.
 *
 * Each claimant writes a file of its own, named after its pid and start time, and then looks at the others' files:
 * of two that come at once at least one sees the other and steps back, and since nobody ever writes or removes the
 * file of a live process there is no moment in which a stale lock is taken over by two. Files of processes that are
 * gone (after `kill -9`, a power cut, or when their pid was given to another program) are removed.
 *
 * @throws DataDirLockedError when a live process holds it
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const folder = join(dataDir, 'lock');
  makeDataDir(dataDir);
  mkdirSync(folder, { recursive: true });
  const identity = ownIdentity();
  const ownFile = join(folder, identity);
  if (heldInThisProcess.has(ownFile)) {
    throw new DataDirLockedError(dataDir, { pid: process.pid, since: null, commandLine: 'this very process' });
  }

  for (let attempt = 1; ; attempt += 1) {
    writeFileSync(ownFile, JSON.stringify({ since: new Date().toISOString() }), { mode: 0o644 });
    const holder = otherHolder(folder, identity);
    if (holder === null) break;
    rmSync(ownFile, { force: true });
    // Two that started in the same moment both step back: try again after a pause of random length.
    if (attempt === 5) throw new DataDirLockedError(dataDir, holder);
    await sleep(randomInt(20, 120));
  }

  heldInThisProcess.add(ownFile);
  return {
    release() {
      if (heldInThisProcess.delete(ownFile)) rmSync(ownFile, { force: true });
    },
  };
}

const heldInThisProcess = new Set<string>();

function otherHolder(folder: string, ownIdentityName: string): Holder | null {
  for (const name of readdirSync(folder)) {
    if (name === ownIdentityName) continue;
    const [pidText] = name.split('-');
    const pid = Number(pidText);
    const info = findProcess(pid);
    if (info === null || `${pid}-${info.startToken}` !== name) {
      rmSync(join(folder, name), { force: true });
      continue;
    }
    return { pid, since: readSince(join(folder, name)), commandLine: info.commandLine };
  }
  return null;
}

function readSince(file: string): string | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const since = (content as { since?: unknown }).since;
    return typeof since === 'string' ? since : null;
  } catch {
    return null;
  }
}
