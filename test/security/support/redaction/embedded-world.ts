import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { freePort } from '../../../../src/embedded/ports';
import { connectClient } from '../../../../src/temporal/connection';
import { builtRepository } from '../../../support/build';
import { runProcess } from '../../../support/processes';
import { metricsAt, type World } from './world';

/** `npm start` with data of its own. */
export async function embeddedWorld(dataDir: string, settings: Record<string, string>): Promise<World> {
  const root = builtRepository();
  const [port, postgresPort, temporalPort] = [await freePort(), await freePort(), await freePort()];
  const { TEMPORAL_ADDRESS, DATABASE_URL, ...env } = process.env;
  const program = runProcess(
    process.execPath,
    [join(root, 'dist', 'main.js')],
    {
      ...env,
      ...{ PORT: `${port}`, EMBEDDED_POSTGRES_PORT: `${postgresPort}`, TEMPORAL_PORT: `${temporalPort}` },
      ...{ TEMPORAL_UI_PORT: `${await freePort()}`, DATA_DIR: dataDir, ...settings },
    },
    root,
  );
  const stop = async () => {
    program.child.kill('SIGTERM');
    await program.ended;
  };
  try {
    await program.says('  Admin key ', 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const baseUrl = `http://127.0.0.1:${port}`;
  const secretIn = (name: string) => readFileSync(join(dataDir, name), 'utf8').trim();
  const databasePassword = secretIn('postgres-password');
  const signInCode = /sign-in\?code=([\w-]{43}) /.exec(program.output())?.[1] ?? '';
  const sql = postgres(`postgresql://followups:${databasePassword}@127.0.0.1:${postgresPort}/followups`, { max: 1 });
  const { client, close } = await connectClient({
    ...{ address: `127.0.0.1:${temporalPort}`, namespace: 'default', taskQueue: 'followups', embedded: true },
  });
  const end = async () => {
    await sql.end();
    await close().catch(() => {});
    await stop();
  };
  const filesIn = (folder: string) =>
    readdirSync(join(dataDir, folder)).map((name) => readFileSync(join(dataDir, folder, name), 'latin1'));
  return {
    ...{ baseUrl, sql, client, end },
    signIn: { code: signInCode },
    secrets: {
      ...{ adminKey: secretIn('admin-key'), signInCode, secretsKey: secretIn('secrets-key'), databasePassword },
    },
    output: () => program.output(),
    metrics: () => metricsAt(baseUrl),
    async leave() {
      await end();
      return {
        // The link that signs in is shown once, on purpose, to whoever starts the service.
        output: program.output().replace(/^ {2}Sign in .*$/m, ''),
        'log files': filesIn('logs').join('\n'),
        "Temporal's data": filesIn('temporal').join('\n'),
      };
    },
  };
}
