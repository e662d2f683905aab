import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirLockedError, lockDataDir } from '../../src/embedded/data-lock';
import { findProcess, isAlive, ownIdentity } from '../../src/embedded/processes';
import { eventually } from '../support/eventually';
import { runProcess, runScript } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let count = 0;
const newDataDir = () => {
  count += 1;
  return join(folder, `data-${count}`);
};

const holdForever = (dataDir: string) => `
  const { lockDataDir } = require('./src/embedded/data-lock.ts');
  lockDataDir(${JSON.stringify(dataDir)}).then(
    () => { console.log('held'); setInterval(() => {}, 1000); },
    (error) => { console.log(error.name); process.exit(1); },
  );`;

describe('the lock of a data folder', () => {
  it('is given, given back and given again', async () => {
    const dataDir = newDataDir();
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(DataDirLockedError);
    lock.release();
    lock.release();
    (await lockDataDir(dataDir)).release();
    expect(readdirSync(join(dataDir, 'lock'))).toEqual([]);
  });

  it('names the process that holds it, and is taken over once that was killed', async () => {
    const dataDir = newDataDir();
    const holder = runScript(holdForever(dataDir));
    await holder.says('held');
    await expect(lockDataDir(dataDir)).rejects.toThrow(`is held by process ${holder.pid}, since 20`);
    holder.child.kill('SIGKILL');
    await holder.ended;
    (await lockDataDir(dataDir)).release();
  });

  it('is not kept by a process that has got the pid of an earlier holder', async () => {
    const dataDir = newDataDir();
    mkdirSync(join(dataDir, 'lock'), { recursive: true });
    writeFileSync(join(dataDir, 'lock', `${process.ppid}-another-start`), '{}');
    (await lockDataDir(dataDir)).release();
  });

  it('is never held by two of those who come at once, also when a stale one lies there', async () => {
    const dataDir = newDataDir();
    mkdirSync(join(dataDir, 'lock'), { recursive: true });
    writeFileSync(join(dataDir, 'lock', '4194303-stale'), '{}');
    const claimants = Array.from({ length: 4 }, () => runScript(holdForever(dataDir)));
    try {
      await eventually('all to have an answer', () => claimants.every((one) => /held|Locked/.test(one.output())));
      expect(claimants.filter((one) => one.output().includes('held')).length).toBeLessThanOrEqual(1);
    } finally {
      for (const one of claimants) one.child.kill('SIGKILL');
      await Promise.all(claimants.map((one) => one.ended));
    }
  });
});

describe('the process table', () => {
  it('knows a process by pid and start', () => {
    const own = findProcess(process.pid);
    expect(`${own?.pid}-${own?.startToken}`).toBe(ownIdentity());
    expect(own?.commandLine).toContain('node');
  });

  it('does not know one that ended, not even while its parent has not collected it', async () => {
    // The shell's child ends, and the shell has become a program that never collects it.
    const parent = runProcess('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], process.env);
    await eventually('a pid', () => /^\d+\n/.test(parent.output()));
    const zombie = Number(parent.output());
    await eventually('its end', () => !isAlive(zombie));
    parent.child.kill('SIGKILL');
    await parent.ended;
    expect(isAlive(0)).toBe(false);
    expect(isAlive(-1)).toBe(false);
  });
});
