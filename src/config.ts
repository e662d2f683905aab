import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/** Which of the programs reads the settings: `all` is `npm start`, the others run on their own. */
export type Part = 'all' | 'api' | 'worker' | 'migrate';

/** What the settings come to. Times and names have their units; nothing else reads the environment. */
export interface Config {
  host: string;
  port: number;
  /** Where a worker on its own answers `/healthz`, `/readyz` and `/metrics`. */
  workerHealthPort: number;
  /** Absolute. */
  dataDir: string;
  /** null: the embedded PostgreSQL. Never null for a part on its own. */
  databaseUrl: string | null;
  /** null: a free one. */
  embeddedPostgresPort: number | null;
  temporal: {
    /** null: the embedded server. Never null for a part on its own. */
    address: string | null;
    namespace: string;
    taskQueue: string;
    /** Without a slash at the end; null: not known, so there are no links. */
    uiUrl: string | null;
    cliPath: string | null;
    /** Of the embedded server. */
    port: number;
    uiPort: number;
    /** Of 32 bytes each, the newest first, for what lies in Temporal; none: it lies there as it is. */
    payloadKeys: Buffer[];
    /** How long a session is parked at most, of those that are opened from now on; null: they are lazy (ADR 19). */
    parkMs: number | null;
  };
  /** Without a slash at the end. */
  publicUrl: string;
  /** null: generated, in DATA_DIR. */
  adminApiKey: string | null;
  /** 32 bytes; null: generated, in DATA_DIR. */
  secretsKey: Buffer | null;
  /** What SECRETS_KEY replaces, and what pseudonyms are made with; 32 bytes each. Only where SECRETS_KEY is set. */
  earlierKeys: { previous: Buffer | null; pseudonyms: Buffer | null };
  /** CIDR networks. */
  egressAllow: string[];
  /** Per API key and API process; 0: none. */
  rateLimits: { requestsPerSecond: number; eventsPerSecond: number };
  /** Where traces go; null: nothing is traced. */
  tracing: {
    /** The base address of a collector that takes OTLP over HTTP, without a slash at the end. */
    endpoint: string;
    headers: Record<string, string>;
    serviceName: string;
    /** How many of the traces that begin here are recorded, 0 … 1. */
    ratio: number;
  } | null;
  logLevel: LogLevel;
  logFormat: 'pretty' | 'json';
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One or more settings are missing or wrong; the message has a line for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The settings cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

const port = (example: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, wants('must be a port number', String(example)))
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65_535, wants('must be between 1 and 65535', String(example)));

const text = (problem: string, example: string, test: (value: string) => boolean) =>
  z.string().refine(test, wants(problem, example));

const webUrl = (example: string) =>
  text('must be an http or https URL without a query or a user name', example, (value) => {
    const url = parseUrl(value);
    return (
      url !== null &&
      ['http:', 'https:'].includes(url.protocol) &&
      url.search + url.hash + url.username + url.password === ''
    );
  }).transform((value) => value.replace(/\/+$/, ''));

const newKey = 'the output of: openssl rand -base64 32';

const key = () =>
  text('must be base64 of 32 bytes', newKey, isBase64Of32Bytes).transform((value) => Buffer.from(value, 'base64'));

const perSecond = (example: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, wants('must be a whole number up to 999999, 0 for no limit', String(example)))
    .transform(Number);

const parkSeconds = () =>
  text('must be a whole number of seconds from 1 to 86400', '900', (value) => {
    return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 86_400;
  }).transform(Number);

/** One entry for each variable that is known. Values are never part of a message: some are secrets. */
const settings = z.object({
  HOST: text('must be a host name or an address', '127.0.0.1', (value) =>
    /^[A-Za-z0-9.:_-]{1,255}$/.test(value),
  ).default('127.0.0.1'),
  PORT: port(3000).default(3000),
  WORKER_HEALTH_PORT: port(3001).default(3001),
  DATA_DIR: text('must be the path of a folder', '.followups', (value) => !value.includes('\0')).default('.followups'),
  DATABASE_URL: text(
    'must be the URL of a PostgreSQL database',
    'postgresql://user:password@127.0.0.1:5432/followups',
    (value) => {
      const url = parseUrl(value);
      return url !== null && ['postgres:', 'postgresql:'].includes(url.protocol) && url.host !== '';
    },
  ).optional(),
  EMBEDDED_POSTGRES_PORT: port(5433).optional(),
  TEMPORAL_ADDRESS: text('must be a host and a port', '127.0.0.1:7233', isHostAndPort).optional(),
  TEMPORAL_NAMESPACE: text('must be the name of a namespace', 'default', isName).default('default'),
  TEMPORAL_TASK_QUEUE: text('must be the name of a task queue', 'followups', isName).default('followups'),
  TEMPORAL_UI_URL: webUrl('http://127.0.0.1:8233').optional(),
  TEMPORAL_CLI_PATH: text('must be the path of a temporal program', '/usr/local/bin/temporal', (value) => {
    return !value.includes('\0');
  }).optional(),
  TEMPORAL_PORT: port(7233).default(7233),
  TEMPORAL_UI_PORT: port(8233).default(8233),
  PUBLIC_URL: webUrl('https://followups.example.com').optional(),
  ADMIN_API_KEY: text(
    'must be at least 24 characters, letters, digits and . _ ~ + / = - only',
    'the output of: openssl rand -base64 32',
    (value) => /^[A-Za-z0-9._~+/=-]{24,256}$/.test(value),
  ).optional(),
  SECRETS_KEY: key().optional(),
  SECRETS_KEY_PREVIOUS: key().optional(),
  PSEUDONYMS_KEY: key().optional(),
  PAYLOAD_KEYS: z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .refine((keys) => keys.every(isBase64Of32Bytes), {
      message: wants('must be keys, the newest first, separated by commas, each base64 of 32 bytes', newKey).message,
    })
    .transform((keys) => keys.map((each) => Buffer.from(each, 'base64')))
    .optional(),
  SESSION_MODE: z.enum(['lazy', 'parked'], wants('must be lazy or parked', 'lazy').message).default('lazy'),
  SESSION_PARK_SECONDS: parkSeconds().default(900),
  EGRESS_ALLOW: z
    .string()
    .transform((value) => value.split(',').map((network) => network.trim()))
    .refine((networks) => networks.every(isNetwork), {
      message: wants('must be networks in CIDR notation, separated by commas', '10.0.0.0/8,192.168.1.0/24,::1/128')
        .message,
    })
    .optional(),
  RATE_LIMIT_PER_SECOND: perSecond(50).default(50),
  RATE_LIMIT_EVENTS_PER_SECOND: perSecond(1000).default(1000),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl('http://127.0.0.1:4318').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform(parseHeaders)
    .refine((headers) => headers !== null, wants('must be name=value pairs, separated by commas', 'x-tenant=followups'))
    .transform((headers) => headers ?? {})
    .optional(),
  OTEL_SERVICE_NAME: text('must be 1 to 100 characters', 'followups', (value) => value.length <= 100).default(
    'followups',
  ),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, wants('must be a number from 0 to 1', '0.1'))
    .transform(Number)
    .default(1),
  LOG_LEVEL: z.enum(logLevels, wants(`must be one of ${logLevels.join(', ')}`, 'info').message).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json'], wants('must be pretty or json', 'json').message).optional(),
});

type Settings = z.infer<typeof settings>;

/**
 * Reads the settings of the environment, as docs and `.env.example` describe them. An empty variable counts as unset.
 *
 * @param part what is started: parts on their own need DATABASE_URL, TEMPORAL_ADDRESS and SECRETS_KEY
 * @throws ConfigError that names each variable, its problem and a valid example, and never a value
 */
export function loadConfig(env: NodeJS.ProcessEnv, part: Part): Config {
  const known = Object.keys(settings.shape);
  const given = Object.fromEntries(
    known.map((name) => [name, env[name]?.trim()]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const problems = parsed.success
    ? [...missing(parsed.data, part), ...changedKeys(parsed.data), ...samePorts(parsed.data, part)]
    : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}

function missing(values: Settings, part: Part): string[] {
  const needed: Partial<Record<keyof Settings, string>> =
    part !== 'all'
      ? {
          DATABASE_URL: 'postgresql://user:password@127.0.0.1:5432/followups',
          TEMPORAL_ADDRESS: '127.0.0.1:7233',
          SECRETS_KEY: newKey,
        }
      : values.DATABASE_URL === undefined
        ? {}
        : { SECRETS_KEY: newKey };
  const why = part === 'all' ? 'is needed where DATABASE_URL is set' : 'is needed, but not set';
  return Object.entries(needed)
    .filter(([name]) => values[name as keyof Settings] === undefined)
    .map(([name, example]) => `${name} ${wants(why, example).message}`);
}

/** Without the key of pseudonyms, conversations would get new ones, and replies miss the sessions that are open. */
function changedKeys(values: Settings): string[] {
  const { SECRETS_KEY, SECRETS_KEY_PREVIOUS, PSEUDONYMS_KEY } = values;
  if (SECRETS_KEY_PREVIOUS === undefined && PSEUDONYMS_KEY === undefined) return [];
  if (SECRETS_KEY === undefined) {
    return [`SECRETS_KEY ${wants('is needed where SECRETS_KEY_PREVIOUS or PSEUDONYMS_KEY is set', newKey).message}`];
  }
  return PSEUDONYMS_KEY === undefined
    ? [`PSEUDONYMS_KEY ${wants('is needed where SECRETS_KEY_PREVIOUS is set', 'the very first SECRETS_KEY').message}`]
    : [];
}

/** Two servers of one process on one port: found here, since the second one's error would blame another program. */
function samePorts(values: Settings, part: Part): string[] {
  if (part !== 'all') return [];
  const used: [keyof Settings, number | undefined][] = [
    ['PORT', values.PORT],
    ['EMBEDDED_POSTGRES_PORT', values.DATABASE_URL === undefined ? values.EMBEDDED_POSTGRES_PORT : undefined],
    ['TEMPORAL_PORT', values.TEMPORAL_ADDRESS === undefined ? values.TEMPORAL_PORT : undefined],
    ['TEMPORAL_UI_PORT', values.TEMPORAL_ADDRESS === undefined ? values.TEMPORAL_UI_PORT : undefined],
  ];
  return used.flatMap(([name, value], index) => {
    const other = used.slice(0, index).find(([, earlier]) => value !== undefined && earlier === value);
    return other === undefined || value === undefined
      ? []
      : [`${name} ${wants(`must differ from ${other[0]}`, String(value === 65_535 ? 65_534 : value + 1)).message}`];
  });
}

function toConfig(values: Settings): Config {
  const embeddedTemporal = values.TEMPORAL_ADDRESS === undefined;
  const allEmbedded = embeddedTemporal && values.DATABASE_URL === undefined;
  return {
    host: values.HOST,
    port: values.PORT,
    workerHealthPort: values.WORKER_HEALTH_PORT,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    embeddedPostgresPort: values.EMBEDDED_POSTGRES_PORT ?? null,
    temporal: {
      address: values.TEMPORAL_ADDRESS ?? null,
      namespace: values.TEMPORAL_NAMESPACE,
      taskQueue: values.TEMPORAL_TASK_QUEUE,
      uiUrl: values.TEMPORAL_UI_URL ?? (embeddedTemporal ? `http://127.0.0.1:${values.TEMPORAL_UI_PORT}` : null),
      cliPath: values.TEMPORAL_CLI_PATH ?? null,
      port: values.TEMPORAL_PORT,
      uiPort: values.TEMPORAL_UI_PORT,
      payloadKeys: values.PAYLOAD_KEYS ?? [],
      parkMs: values.SESSION_MODE === 'parked' ? values.SESSION_PARK_SECONDS * 1_000 : null,
    },
    publicUrl: values.PUBLIC_URL ?? `http://${hostInUrl(values.HOST)}:${values.PORT}`,
    adminApiKey: values.ADMIN_API_KEY ?? null,
    secretsKey: values.SECRETS_KEY ?? null,
    earlierKeys: { previous: values.SECRETS_KEY_PREVIOUS ?? null, pseudonyms: values.PSEUDONYMS_KEY ?? null },
    egressAllow: values.EGRESS_ALLOW ?? (allEmbedded ? ['127.0.0.0/8', '::1/128'] : []),
    rateLimits: {
      requestsPerSecond: values.RATE_LIMIT_PER_SECOND,
      eventsPerSecond: values.RATE_LIMIT_EVENTS_PER_SECOND,
    },
    tracing:
      values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : {
            endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
            serviceName: values.OTEL_SERVICE_NAME,
            ratio: values.OTEL_TRACES_SAMPLER_ARG,
          },
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
  };
}

function wants(problem: string, example: string): { message: string } {
  return { message: `${problem}, for example ${example}` };
}

function parseUrl(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null;
}

/** As OpenTelemetry has them: values are percent-encoded. null: they cannot be read. */
function parseHeaders(value: string): Record<string, string> | null {
  try {
    const pairs = value.split(',').map((pair) => {
      const [, name, encoded] = /^\s*([A-Za-z0-9-]+)\s*=\s*([\x21-\x7e]*)\s*$/.exec(pair) ?? [];
      if (name === undefined || encoded === undefined) throw new Error('no header');
      const decoded = decodeURIComponent(encoded);
      if (!/^[\x20-\x7e]*$/.test(decoded)) throw new Error('no header');
      return [name, decoded];
    });
    return Object.fromEntries(pairs);
  } catch {
    return null;
  }
}

function isName(value: string): boolean {
  return /^[A-Za-z0-9._/-]{1,200}$/.test(value);
}

function isHostAndPort(value: string): boolean {
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(value);
  return parts !== null && Number(parts[2]) >= 1 && Number(parts[2]) <= 65_535;
}

function isBase64Of32Bytes(value: string): boolean {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(value) && Buffer.from(value, 'base64').length === 32;
}

function isNetwork(value: string): boolean {
  const parts = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(value);
  const family = isIP(parts?.[1] ?? '');
  return family !== 0 && Number(parts?.[2]) <= (family === 4 ? 32 : 128);
}

/** An address to listen on everywhere is no address to go to. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}
