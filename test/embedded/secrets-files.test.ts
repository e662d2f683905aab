import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminKeyPath, readOrMakeAdminKey, readOrMakeSecretsKey } from '../../src/embedded/secrets-files';
import { runScript } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const mode = (path: string) => statSync(path).mode & 0o777;

describe('generated secrets', () => {
  it('are made once, for their owner alone', () => {
    const dataDir = join(folder, 'a');
    const key = readOrMakeAdminKey(dataDir);
    expect(key).toMatch(/^fup_[A-Za-z0-9_-]{43}$/);
    expect(readOrMakeAdminKey(dataDir)).toBe(key);
    expect(mode(adminKeyPath(dataDir))).toBe(0o600);
    const secretsKey = readOrMakeSecretsKey(dataDir);
    expect(secretsKey).toHaveLength(32);
    expect(readOrMakeSecretsKey(dataDir)).toEqual(secretsKey);
    expect(mode(join(dataDir, 'secrets-key'))).toBe(0o600);
  });

  it('are closed again when somebody opened them', () => {
    const dataDir = join(folder, 'b');
    readOrMakeAdminKey(dataDir);
    chmodSync(adminKeyPath(dataDir), 0o644);
    readOrMakeAdminKey(dataDir);
    expect(mode(adminKeyPath(dataDir))).toBe(0o600);
  });

  it('are never replaced when they cannot be used', () => {
    const dataDir = join(folder, 'c');
    readOrMakeSecretsKey(dataDir);
    writeFileSync(join(dataDir, 'secrets-key'), 'half');
    expect(() => readOrMakeSecretsKey(dataDir)).toThrow('secrets-key does not hold base64 of 32 bytes');
    expect(readFileSync(join(dataDir, 'secrets-key'), 'utf8')).toBe('half');
    writeFileSync(join(dataDir, 'secrets-key'), '');
    expect(() => readOrMakeSecretsKey(dataDir)).toThrow('is empty');
  });

  it('are the same for all who make them at once', async () => {
    const dataDir = join(folder, 'd');
    const makers = Array.from({ length: 3 }, () =>
      runScript(
        `console.log(require('./src/embedded/secrets-files.ts').readOrMakeAdminKey(${JSON.stringify(dataDir)}))`,
      ),
    );
    await Promise.all(makers.map((one) => one.ended));
    expect(new Set(makers.map((one) => one.output())).size).toBe(1);
    expect(makers[0]?.output().trim()).toBe(readOrMakeAdminKey(dataDir));
  });
});
