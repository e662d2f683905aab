import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { repositoryRoot } from '../support/compose-file';
import { hasPsql } from './postgres-programs';

const script = join(repositoryRoot, 'docker', 'postgres-init.sh');

/** What the script is given, as by the image of PostgreSQL: the name of the superuser, and the passwords to set. */
export type InitEnvironment = Record<string, string> & { POSTGRES_USER: string };

/** Makes roles and databases as a new container does: by docker/postgres-init.sh. */
export async function initializeDatabases(adminUrl: string, environment: InitEnvironment): Promise<void> {
  if (hasPsql(process.env)) await runInitScript(adminUrl, environment);
  else await runStatementsOfInitScript(adminUrl, environment);
}

/** By the script itself, which finds the server in `psql`'s own variables. */
export async function runInitScript(adminUrl: string, environment: InitEnvironment): Promise<void> {
  const { hostname, port, password } = new URL(adminUrl);
  const server = { PGHOST: hostname, PGPORT: port, PGPASSWORD: decodeURIComponent(password) };
  await promisify(execFile)('bash', [script], { env: { ...environment, ...server, PATH: process.env.PATH } });
}

/** By the statements that are in the script, where there is no `psql`. @throws when it holds what is not understood */
export async function runStatementsOfInitScript(adminUrl: string, environment: InitEnvironment): Promise<void> {
  const text = /<<'SQL'\n(.*?)\nSQL$/ms.exec(readFileSync(script, 'utf8'))?.[1];
  if (text === undefined) throw new Error(`${script} has no statements.`);
  const values = new Map<string, string>();
  const statements = text.replace(/^\\getenv (\w+) (\w+)\n/gm, (_line, name: string, variable: string) => {
    values.set(name, environment[variable] ?? '');
    return '';
  });
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    for (const statement of statements.split(/;\n?/).filter((each) => each.trim() !== '')) {
      await sql.unsafe(statement.replace(/:'(\w+)'/g, (_text, name: string) => quoted(values.get(name))));
    }
  } finally {
    await sql.end();
  }
}

function quoted(value: string | undefined): string {
  if (value === undefined || /['\\]/.test(value)) throw new Error(`${script} uses a value that cannot be given.`);
  return `'${value}'`;
}
