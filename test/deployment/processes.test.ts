import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { asProcess } from '../cluster/addresses';
import type { PostgresPart } from '../cluster/database';
import { runInitScript, runStatementsOfInitScript } from '../cluster/postgres-init';
import { hasPsql } from '../cluster/postgres-programs';
import { type PostgresqlOptions, startPostgresql } from '../cluster/postgresql';
import { newSecrets } from '../cluster/secrets';
import { composeFileWith } from '../support/compose-file';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * `npm run cluster` and the tests on the production form start what docker-compose.yml says, outside of containers. What
 * they change of it is here.
 */
const compose = composeFileWith(newSecrets());
const addresses = { postgresqlPort: 15_432, temporalPort: 17_233 };
const services = Object.entries(compose.services).filter(([, { environment }]) => environment !== undefined);

describe('a service outside of its container', () => {
  it.each(services)('%s has its own settings, but for where the others are', (name, service) => {
    const { environment } = asProcess(service, addresses);
    const changed = Object.entries(environment).filter(
      ([variable, value]) => service.environment?.[variable] !== value,
    );
    expect(Object.keys(environment)).toEqual(Object.keys(service.environment ?? {}));
    const allowed: Record<string, string[]> = {
      postgresql: [],
      'temporal-schema': ['SQL_HOST', 'SQL_PORT'],
      temporal: ['POSTGRES_SEEDS', 'DB_PORT', 'BIND_ON_IP', 'DYNAMIC_CONFIG_FILE_PATH'],
      api: ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'HOST'],
      migrate: ['DATABASE_URL', 'TEMPORAL_ADDRESS'],
      worker: ['DATABASE_URL', 'TEMPORAL_ADDRESS'],
    };
    expect(changed.map(([variable]) => variable).sort()).toEqual([...(allowed[name] ?? ['TEMPORAL_ADDRESS'])].sort());
    // Nothing is left that only a container knows.
    for (const [, value] of changed) expect(value).not.toMatch(/^\/etc|@postgresql|^postgresql$|^temporal:|0\.0\.0\.0/);
  });

  it('runs the scripts and programs of the repository', () => {
    const commandOf = (name: string) => asProcess(compose.services[name], addresses).command.slice(-1)[0];
    expect(commandOf('temporal-schema')).toMatch(/\/docker\/temporal-schema\.sh$/);
    expect(commandOf('temporal-namespace')).toMatch(/\/docker\/temporal-namespace\.sh$/);
    expect(commandOf('api')).toBe('dist/server.js');
  });

  it('needs no flag where the server is told by its environment that there is no authorizer', () => {
    expect(compose.services.temporal?.environment?.TEMPORAL_ALLOW_NO_AUTH).toBe('true');
    expect(compose.services.temporal?.command).toBeUndefined();
  });

  it('has the limits on calls that the API has by itself', () => {
    const { environment } = asProcess(compose.services.api, addresses);
    expect(environment).toMatchObject({ RATE_LIMIT_PER_SECOND: '', RATE_LIMIT_EVENTS_PER_SECOND: '' });
  });
});

describe('PostgreSQL outside of its container', () => {
  const folder = temporaryFolder();
  const servers: PostgresPart[] = [];
  const started = async (more: Pick<PostgresqlOptions, 'initialize'> = {}) => {
    const own = join(folder, String(servers.length));
    mkdirSync(own, { mode: 0o711 });
    const server = await startPostgresql({ folder: own, compose, durable: false, ...more });
    servers.push(server);
    return server;
  };
  afterAll(async () => {
    for (const server of servers) await server.end();
  });

  /** Who there is, what belongs to whom, and who may connect. */
  async function rolesAndDatabases(adminUrl: string) {
    const sql = postgres(adminUrl, { max: 1 });
    try {
      return {
        roles: await sql`select rolname, rolsuper, rolcanlogin, rolcreatedb, rolcreaterole, rolreplication
          from pg_roles where rolname !~ '^pg_' order by rolname`,
        databases: await sql`select datname, pg_get_userbyid(datdba) as owner, datacl::text as access,
          pg_encoding_to_char(encoding) as encoding from pg_database order by datname`,
      };
    } finally {
      await sql.end();
    }
  }

  async function logsIn(server: PostgresPart, role: string, password: string, database: string): Promise<boolean> {
    const sql = postgres(`postgresql://${role}:${password}@127.0.0.1:${server.port}/${database}`, { max: 1 });
    try {
      await sql`select 1`;
      return true;
    } catch {
      return false;
    } finally {
      await sql.end();
    }
  }

  it('has the settings of its command, and the roles and databases of docker/postgres-init.sh', async () => {
    const server = await started();
    const sql = postgres(server.adminUrl, { max: 1 });
    const settings = (compose.services.postgresql?.command ?? []).flatMap((word) => {
      const [name = '', value] = word.split('=');
      return value === undefined ? [] : [{ name, value }];
    });
    expect(settings).toContainEqual({ name: 'max_connections', value: expect.any(String) });
    for (const { name, value } of settings) {
      expect(await sql`select name, setting as value from pg_settings where name = ${name}`).toEqual([{ name, value }]);
    }
    await sql.end();

    const { FOLLOWUPS_DB_PASSWORD = '', TEMPORAL_DB_PASSWORD = '' } = compose.services.postgresql?.environment ?? {};
    expect(await logsIn(server, 'followups', FOLLOWUPS_DB_PASSWORD, 'followups')).toBe(true);
    expect(await logsIn(server, 'temporal', TEMPORAL_DB_PASSWORD, 'temporal_visibility')).toBe(true);
    // Neither can read the other's.
    expect(await logsIn(server, 'followups', FOLLOWUPS_DB_PASSWORD, 'temporal')).toBe(false);
    expect(await logsIn(server, 'temporal', TEMPORAL_DB_PASSWORD, 'followups')).toBe(false);
    expect(await logsIn(server, 'followups', TEMPORAL_DB_PASSWORD, 'followups')).toBe(false);
  }, 60_000);

  (hasPsql(process.env) ? it : it.skip)(
    'gets the same by psql as where there is none',
    async () => {
      const made = [];
      for (const initialize of [runInitScript, runStatementsOfInitScript]) {
        made.push(await rolesAndDatabases((await started({ initialize })).adminUrl));
      }
      expect(made[0]).toEqual(made[1]);
      expect(made[0]?.databases.map(({ datname }) => datname)).toEqual(
        expect.arrayContaining(['followups', 'temporal', 'temporal_visibility']),
      );
    },
    60_000,
  );

  it('gives the statements no value that could end one', async () => {
    const wrong = { POSTGRES_USER: 'postgres', FOLLOWUPS_DB_PASSWORD: `it's ${randomBytes(3).toString('hex')}` };
    const [server] = servers;
    await expect(runStatementsOfInitScript(server?.adminUrl ?? '', wrong)).rejects.toThrow('cannot be given');
  });
});
