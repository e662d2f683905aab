import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type * as z from 'zod';
import { apiOperations, createApp } from '../../src/api/app';
import { createAuthenticator } from '../../src/api/authenticate';
import type { ApiDeps } from '../../src/api/deps';
import { createEventFeed } from '../../src/api/event-feed';
import { createApiMetrics } from '../../src/api/metrics';
import type { Operation } from '../../src/api/operation';
import type { SessionGateway, SessionRuns, SignalTarget } from '../../src/api/ports';
import { problemSchema } from '../../src/api/schemas/common';
import type { EndEvent, MessageEvent } from '../../src/api/schemas/messages';
import { ensureAdminKey } from '../../src/db/queries/api-keys';
import { createWebhookSender } from '../../src/gateway/send-webhook';
import { createSecretBox } from '../../src/secret-box';
import { createTestDatabase } from './database';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

/** Stands in for Temporal at the port: keeps what it was told, and fails when it is told to. */
export class RecordingSessions implements SessionGateway {
  readonly messages: (SignalTarget & { event: MessageEvent })[] = [];
  readonly ends: (SignalTarget & { event: EndEvent })[] = [];
  readonly batches: (SignalTarget & { events: MessageEvent[] })[] = [];
  readonly optOuts: { workflowId: string; optedOut: boolean }[] = [];
  readonly deleted: { workflowId: string; runIds: string[] }[] = [];
  /** What the next signals wait for before they are taken. */
  before: () => Promise<void> = async () => {};

  async signalMessage(input: SignalTarget & { event: MessageEvent }): Promise<void> {
    await this.before();
    this.messages.push(input);
  }

  async signalEnd(input: SignalTarget & { event: EndEvent }): Promise<void> {
    await this.before();
    this.ends.push(input);
  }

  async signalMessages({ events, ...target }: SignalTarget & { events: MessageEvent[] }): Promise<void> {
    await this.before();
    this.batches.push({ ...target, events });
  }

  async signalOptOut(workflowId: string, optedOut: boolean): Promise<void> {
    await this.before();
    this.optOuts.push({ workflowId, optedOut });
  }

  async findRunning(): Promise<null> {
    await this.before();
    return null;
  }

  async terminate(): Promise<void> {}

  async deleteRuns(workflowId: string, runIds: string[]): Promise<void> {
    await this.before();
    this.deleted.push({ workflowId, runIds });
  }

  /** What the histories of sessions hold. */
  reported: Awaited<ReturnType<SessionGateway['readMessages']>> = { messages: [], complete: true };

  async readMessages(_session: SessionRuns) {
    await this.before();
    return this.reported;
  }

  async inspect(_workflowId: string): Promise<null> {
    return null;
  }
}

export type RequestOptions = {
  body?: unknown;
  /** Sent as it stands, in place of `body`. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
  /** null: no Authorization header. Default: the admin key. */
  key?: string | null;
};

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; tests say what they expect of it.
export type ApiResponse = { status: number; headers: Headers; body: any };

export type TestApi = {
  url: string;
  adminKey: string;
  testDatabase: TestDatabase;
  deps: ApiDeps;
  sessions: RecordingSessions;
  /** The channels of every rollout that was started. */
  rollouts: string[][];
  /** Milliseconds by which the API's clock is ahead of the real one. */
  clock: { offsetMs: number };
  /** Makes a request, and checks that the answer is one that the OpenAPI document tells of. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiResponse>;
  stop(): Promise<void>;
};

/** The API on a port of its own, with a real database. */
export async function startTestApi(overrides: Partial<ApiDeps> = {}): Promise<TestApi> {
  const testDatabase = await createTestDatabase();
  const adminKey = `fup_${randomBytes(32).toString('base64url')}`;
  await ensureAdminKey(testDatabase.database, adminKey);
  const sessions = new RecordingSessions();
  const rollouts: string[][] = [];
  const clock = { offsetMs: 0 };
  const logger = pino({ level: 'silent' });
  const events = createEventFeed({ database: testDatabase.database, logger });
  const deps: ApiDeps = {
    database: testDatabase.database,
    events,
    sessions,
    rollouts: {
      start: async (channelIds) => {
        rollouts.push(channelIds);
      },
    },
    secretBox: createSecretBox(randomBytes(32)),
    webhooks: createWebhookSender({ egressAllow: ['127.0.0.0/8'] }),
    rateLimits: { requestsPerSecond: 0, eventsPerSecond: 0 },
    logger,
    publicUrl: 'http://127.0.0.1:3000',
    temporalUi: { baseUrl: 'http://127.0.0.1:8233', namespace: 'default' },
    about: { version: '1.2.3', temporal: { address: '127.0.0.1:7233', taskQueue: 'followups' } },
    consoleDir: null,
    readiness: async () => ({ postgres: { ok: true } }),
    clock: () => Date.now() + clock.offsetMs,
    ...overrides,
  };
  const server = createServer(createApp(deps));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const operations = apiOperations(deps, createApiMetrics(), createAuthenticator(deps));

  async function request(method: string, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    const { key = adminKey, raw } = options;
    const body = raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const headers: Record<string, string> = {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const response = await fetch(url + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    if (path.startsWith('/v1')) checkDocumented(operations, method, path, answer);
    return answer;
  }

  return {
    ...{ url, adminKey, testDatabase, deps, sessions, rollouts, clock, request },
    async stop() {
      events.close();
      await closeServer(server);
      await testDatabase.drop();
    },
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function findOperation(operations: Operation[], method: string, path: string): Operation | undefined {
  const pathname = new URL(path, 'http://127.0.0.1').pathname;
  return operations.find(
    (operation) =>
      operation.method === method.toLowerCase() &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
}

/** Answers are strict schemas here: a field that is not documented is an error. */
function checkDocumented(operations: Operation[], method: string, path: string, answer: ApiResponse): void {
  const where = `${method} ${path} → ${answer.status}`;
  const parse = (schema: z.ZodType) => {
    const result = schema.safeParse(answer.body);
    if (!result.success) throw new Error(`${where} is not as documented: ${result.error.message}`);
  };
  if (!answer.headers.get('x-request-id')) throw new Error(`${where} has no X-Request-Id`);
  if (answer.status === 304) return;
  if (answer.status >= 400) {
    if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) {
      throw new Error(`${where} is no problem: ${answer.headers.get('content-type')}`);
    }
    parse(problemSchema);
    return;
  }
  const operation = findOperation(operations, method, path);
  if (!operation) return;
  const documented = operation.answers[answer.status];
  if (!documented) throw new Error(`${where} is not documented`);
  for (const header of documented.headers ?? []) {
    if (!answer.headers.get(header)) throw new Error(`${where} has no ${header}`);
  }
  if (documented.schema) parse(documented.schema);
  else if (answer.body !== '') throw new Error(`${where} has a body`);
}
