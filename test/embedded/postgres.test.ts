import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import connect from 'postgres';
import { freePort } from '../../src/embedded/ports';
import { type EmbeddedPostgres, startPostgres } from '../../src/embedded/postgres';
import { isAlive } from '../../src/embedded/processes';
import { eventually } from '../support/eventually';
import { runScript } from '../support/processes';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();

async function start(dataDir: string, port: number | null = null) {
  const said: string[] = [];
  const server = await startPostgres({ dataDir, port, durable: true, say: (line) => said.push(line) });
  return { server, said };
}

async function query<T>(server: EmbeddedPostgres, statement: string): Promise<T[]> {
  const sql = connect(server.url, { max: 1, onnotice: () => {} });
  try {
    return (await sql.unsafe(statement)) as unknown as T[];
  } finally {
    await sql.end();
  }
}

describe('the embedded PostgreSQL', () => {
  const dataDir = join(folder, 'data');

  it('starts from nothing, keeps what was committed through every kind of end, and leaves no process', async () => {
    const { server: first, said } = await start(dataDir);
    expect(said).toEqual([]);
    await query(first, 'create table kept (n int); insert into kept values (1)');
    expect(await query(first, `select lower('ÉÑ') as l, current_setting('server_encoding') as e`)).toEqual([
      { l: 'éñ', e: 'UTF8' },
    ]);
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await first.exited).toBe('exit code 0');

    // The server itself is killed: its parent learns of it.
    const { server: second } = await start(dataDir);
    await query(second, 'insert into kept values (2)');
    process.kill(second.pid, 'SIGKILL');
    expect(await second.exited).toBe('signal SIGKILL');

    // Its parent is killed: the server is left behind, found and stopped.
    const parent = runScript(`
      const { startPostgres } = require('./src/embedded/postgres.ts');
      startPostgres({ dataDir: ${JSON.stringify(dataDir)}, port: null, durable: true, say: console.log })
        .then((server) => console.log('url=' + server.url + ' pid=' + server.pid + '.'));
      setInterval(() => {}, 1000);`);
    await parent.says('pid=');
    const [, url = '', pid] = /url=(\S+) pid=(\d+)\./.exec(parent.output()) ?? [];
    await query({ url } as EmbeddedPostgres, 'insert into kept values (3)');
    parent.child.kill('SIGKILL');
    await parent.ended;
    expect(isAlive(Number(pid))).toBe(true);

    const { server: third, said: saidThen } = await start(dataDir);
    expect(saidThen).toEqual([expect.stringContaining(`process ${pid}`)]);
    expect(isAlive(Number(pid))).toBe(false);
    expect(await query(third, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await third.stop();
  });

  it('listens on loopback alone, with a password', async () => {
    const { server } = await start(dataDir);
    try {
      expect(await query(server, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
      expect(await query(server, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
      const wrong = { ...server, url: server.url.replace(/:[^:@]+@/, ':wrong@') };
      await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    } finally {
      await server.stop();
    }
  });

  it('does not mistake another program for its own server', async () => {
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n`);
    const { server, said } = await start(dataDir);
    expect(said).toEqual([]);
    expect(readFileSync(pidFile, 'utf8').split('\n')[0]).toBe(String(server.pid));
    await server.stop();
  });

  it('begins anew when its first start was killed half-way', async () => {
    const halfMade = join(folder, 'half-made');
    mkdirSync(join(halfMade, 'postgres.init-0', 'base'), { recursive: true });
    const { server } = await start(halfMade);
    await server.stop();
    expect(readdirSync(halfMade).filter((name) => name.includes('init'))).toEqual([]);
  });

  it('refuses a folder that is none of its own, and one of another version', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(join(foreign, 'postgres'), { recursive: true });
    writeFileSync(join(foreign, 'postgres', 'letters.txt'), 'dear');
    await expect(start(foreign)).rejects.toThrow('holds something that is no PostgreSQL data folder');
    expect(existsSync(join(foreign, 'postgres', 'letters.txt'))).toBe(true);

    writeFileSync(join(foreign, 'postgres', 'PG_VERSION'), '14\n');
    await expect(start(foreign)).rejects.toThrow('was made by PostgreSQL 14');
  });

  it('names the variable when its port is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await eventually('the port to be taken', () => other.listening);
    await expect(start(dataDir, port)).rejects.toThrow(/is taken.*EMBEDDED_POSTGRES_PORT=/);
    other.close();
  });

  it('says how its end came when it cannot start', async () => {
    const broken = join(folder, 'broken');
    const { server } = await start(broken);
    await server.stop();
    writeFileSync(join(broken, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start(broken)).rejects.toThrow(/did not start.*postgres\.log[\s\S]*no_such_setting/);
  });
});
