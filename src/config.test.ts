import { resolve } from 'node:path';
import { type Config, ConfigError, loadConfig, type Part } from './config';

const secretsKey = Buffer.alloc(32, 7).toString('base64');
const external = {
  DATABASE_URL: 'postgresql://me:hunter2@db.example:5432/followups',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  SECRETS_KEY: secretsKey,
};

describe('settings', () => {
  it('have a default for everything when all is embedded', () => {
    expect(loadConfig({}, 'all')).toEqual({
      host: '127.0.0.1',
      port: 3000,
      workerHealthPort: 3001,
      dataDir: resolve('.followups'),
      databaseUrl: null,
      embeddedPostgresPort: null,
      temporal: {
        address: null,
        namespace: 'default',
        taskQueue: 'followups',
        uiUrl: 'http://127.0.0.1:8233',
        cliPath: null,
        port: 7233,
        uiPort: 8233,
        payloadKeys: [],
        parkMs: null,
      },
      publicUrl: 'http://127.0.0.1:3000',
      adminApiKey: null,
      secretsKey: null,
      earlierKeys: { previous: null, pseudonyms: null },
      egressAllow: ['127.0.0.0/8', '::1/128'],
      rateLimits: { requestsPerSecond: 50, eventsPerSecond: 1000 },
      tracing: null,
      logLevel: 'info',
      logFormat: process.stdout.isTTY ? 'pretty' : 'json',
    });
  });

  it('follow from one another', () => {
    expect(loadConfig({ HOST: '::1', PORT: '4000' }, 'all').publicUrl).toBe('http://[::1]:4000');
    expect(loadConfig({ HOST: '0.0.0.0', PORT: '4000' }, 'all').publicUrl).toBe('http://127.0.0.1:4000');
    expect(loadConfig({ TEMPORAL_UI_PORT: '9000' }, 'all').temporal.uiUrl).toBe('http://127.0.0.1:9000');
    expect(loadConfig(external, 'api').temporal.uiUrl).toBeNull();
    expect(loadConfig(external, 'api').egressAllow).toEqual([]);
    expect(loadConfig({ TEMPORAL_ADDRESS: '127.0.0.1:7233' }, 'all').egressAllow).toEqual([]);
    expect(loadConfig({ ...external, EGRESS_ALLOW: '10.0.0.0/8, ::1/128' }, 'api').egressAllow).toEqual([
      '10.0.0.0/8',
      '::1/128',
    ]);
    expect(loadConfig(external, 'worker').secretsKey).toEqual(Buffer.alloc(32, 7));
    expect(loadConfig({ SESSION_MODE: 'parked', SESSION_PARK_SECONDS: '60' }, 'all').temporal.parkMs).toBe(60_000);
    expect(loadConfig({ PUBLIC_URL: 'https://f.example/' }, 'all').publicUrl).toBe('https://f.example');
  });

  it('take an empty variable for an unset one', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: ' ', EGRESS_ALLOW: '' }, 'all')).toEqual(loadConfig({}, 'all'));
  });

  const key = 'fup_0123456789abcdefghij-_~';
  it.each<[string, string, (config: Config) => unknown, unknown]>([
    ['ADMIN_API_KEY', key, (config) => config.adminApiKey, key],
    ['LOG_LEVEL', 'debug', (config) => config.logLevel, 'debug'],
    ['LOG_FORMAT', 'pretty', (config) => config.logFormat, 'pretty'],
    ['WORKER_HEALTH_PORT', '3100', (config) => config.workerHealthPort, 3100],
    ['TEMPORAL_NAMESPACE', 'mine.a1b2', (config) => config.temporal.namespace, 'mine.a1b2'],
    ['TEMPORAL_TASK_QUEUE', 'other', (config) => config.temporal.taskQueue, 'other'],
    ['TEMPORAL_ADDRESS', '[::1]:7233', (config) => config.temporal.address, '[::1]:7233'],
    ['TEMPORAL_CLI_PATH', './temporal', (config) => config.temporal.cliPath, './temporal'],
    ['EMBEDDED_POSTGRES_PORT', '5433', (config) => config.embeddedPostgresPort, 5433],
    ['RATE_LIMIT_PER_SECOND', '0', (config) => config.rateLimits.requestsPerSecond, 0],
    ['RATE_LIMIT_EVENTS_PER_SECOND', '250', (config) => config.rateLimits.eventsPerSecond, 250],
    ['SESSION_MODE', 'lazy', (config) => config.temporal.parkMs, null],
    ['SESSION_MODE', 'parked', (config) => config.temporal.parkMs, 900_000],
    ['DATA_DIR', '/srv/followups', (config) => config.dataDir, '/srv/followups'],
  ])('read %s', (name, value, read, expected) => {
    expect(read(loadConfig({ [name]: value }, 'all'))).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['PORT', 'http', 'for example 3000'],
    ['PORT', '0', 'between 1 and 65535'],
    ['PORT', '70000', 'between 1 and 65535'],
    ['PORT', '3e3', 'port number'],
    ['TEMPORAL_PORT', '-1', 'for example 7233'],
    ['HOST', 'http://localhost', 'for example 127.0.0.1'],
    ['DATABASE_URL', 'mysql://me:hunter2@db/x', 'postgresql://user:password@127.0.0.1:5432/followups'],
    ['DATABASE_URL', 'hunter2', 'postgresql://'],
    ['TEMPORAL_ADDRESS', 'temporal.example', '127.0.0.1:7233'],
    ['TEMPORAL_ADDRESS', 'http://temporal.example:7233', '127.0.0.1:7233'],
    ['TEMPORAL_ADDRESS', 'temporal:99999', '127.0.0.1:7233'],
    ['TEMPORAL_NAMESPACE', 'a b', 'for example default'],
    ['TEMPORAL_UI_URL', 'localhost:8233', 'http://127.0.0.1:8233'],
    ['PUBLIC_URL', 'ftp://x', 'https://followups.example.com'],
    ['PUBLIC_URL', 'https://me:hunter2@x', 'https://followups.example.com'],
    ['ADMIN_API_KEY', 'hunter2', 'at least 24 characters'],
    ['ADMIN_API_KEY', 'hunter2 hunter2 hunter2 hunter2', 'letters, digits'],
    ['SECRETS_KEY', 'hunter2', 'base64 of 32 bytes'],
    ['SECRETS_KEY', Buffer.alloc(31).toString('base64'), 'base64 of 32 bytes'],
    ['SECRETS_KEY', Buffer.alloc(33).toString('base64'), 'base64 of 32 bytes'],
    ['EGRESS_ALLOW', '10.0.0.1', '10.0.0.0/8'],
    ['EGRESS_ALLOW', '10.0.0.0/33', '10.0.0.0/8'],
    ['EGRESS_ALLOW', 'localhost/8', '10.0.0.0/8'],
    ['SECRETS_KEY_PREVIOUS', 'hunter2', 'base64 of 32 bytes'],
    ['PSEUDONYMS_KEY', 'hunter2', 'base64 of 32 bytes'],
    ['PAYLOAD_KEYS', `${secretsKey},hunter2`, 'the newest first'],
    ['EGRESS_ALLOW', '10.0.0.0/8,,', '10.0.0.0/8'],
    ['RATE_LIMIT_PER_SECOND', '-1', 'for example 50'],
    ['RATE_LIMIT_EVENTS_PER_SECOND', '1e3', 'for example 1000'],
    ['SESSION_MODE', 'asleep', 'for example lazy'],
    ['SESSION_PARK_SECONDS', '0', 'for example 900'],
    ['SESSION_PARK_SECONDS', '86401', 'for example 900'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2', 'for example x-tenant=followups'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hunter2%0a', 'for example x-tenant=followups'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'for example 0.1'],
    ['LOG_LEVEL', 'loud', 'for example info'],
    ['LOG_FORMAT', 'xml', 'pretty or json'],
  ])('refuse %s=%s', (name, value, hint) => {
    const message = refusal({ [name]: value }, 'all');
    expect(message).toContain(`${name} must`);
    expect(message).toContain(hint);
    expect(message).not.toContain('hunter2');
  });

  it('trace where a collector is named', () => {
    const given = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a, Authorization=Bearer%20b=',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };
    expect(loadConfig(given, 'all').tracing).toEqual({
      endpoint: 'http://collector:4318',
      headers: { 'x-tenant': 'a', Authorization: 'Bearer b=' },
      serviceName: 'followups',
      ratio: 0.25,
    });
    expect(loadConfig({ OTEL_TRACES_SAMPLER_ARG: '0.25' }, 'all').tracing).toBeNull();
  });

  it('take keys before the present ones only where nothing is lost by it', () => {
    const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const changed = { ...external, SECRETS_KEY_PREVIOUS: first.toString('base64') };
    expect(refusal(changed, 'api')).toContain('PSEUDONYMS_KEY is needed where SECRETS_KEY_PREVIOUS is set');
    expect(loadConfig({ ...changed, PSEUDONYMS_KEY: second.toString('base64') }, 'api').earlierKeys).toEqual({
      previous: first,
      pseudonyms: second,
    });
    expect(refusal({ PSEUDONYMS_KEY: first.toString('base64') }, 'all')).toContain('SECRETS_KEY is needed where');
    const given = { PAYLOAD_KEYS: `${second.toString('base64')}, ${first.toString('base64')}` };
    expect(loadConfig(given, 'all').temporal.payloadKeys).toEqual([second, first]);
  });

  it('name every problem at once', () => {
    const message = refusal({ PORT: 'x', LOG_LEVEL: 'y' }, 'all');
    expect(message).toMatch(/PORT must[\s\S]*LOG_LEVEL must/);
  });

  it.each<Part>(['api', 'worker', 'migrate'])('require the shared servers for %s', (part) => {
    for (const name of Object.keys(external)) {
      expect(refusal({ ...external, [name]: undefined }, part)).toContain(`${name} is needed`);
    }
    expect(() => loadConfig(external, part)).not.toThrow();
  });

  it('require SECRETS_KEY where the database is not the embedded one', () => {
    expect(refusal({ DATABASE_URL: external.DATABASE_URL }, 'all')).toContain('SECRETS_KEY is needed');
    expect(loadConfig({ TEMPORAL_ADDRESS: external.TEMPORAL_ADDRESS }, 'all').secretsKey).toBeNull();
  });

  it('refuse one port for two servers', () => {
    expect(refusal({ PORT: '7233' }, 'all')).toContain('TEMPORAL_PORT must differ from PORT');
    expect(() => loadConfig({ ...external, PORT: '7233' }, 'api')).not.toThrow();
  });
});

function refusal(env: NodeJS.ProcessEnv, part: Part): string {
  try {
    loadConfig(env, part);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
