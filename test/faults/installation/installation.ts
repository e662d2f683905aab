import type { Client } from '@temporalio/client';
import type postgres from 'postgres';
import type { DatabaseProxy } from '../database-proxy/database-proxy';
import type { GatewayProcess } from '../gateway/gateway-process';

/** `embedded`: what `npm start` starts. `cluster`: what docker-compose.yml starts, as processes. */
export type Form = 'embedded' | 'cluster';
export const forms: readonly Form[] = ['embedded', 'cluster'];

/** A process of the installation, to be broken. */
export type Breakable = {
  readonly name: string;
  readonly running: boolean;
  /** @throws when it does not run */
  readonly pid: number;
  /** `SIGKILL`. @returns when it is gone */
  kill(): Promise<void>;
  /** `SIGSTOP`: it keeps its connections and says nothing more. */
  freeze(): void;
  /** `SIGCONT`. Does nothing to one that runs. */
  thaw(): void;
  /** Has it run, and waits until it answers. Does nothing more where it does already. */
  start(): Promise<void>;
};

/** A program of the service: the API, the worker, or both in one. */
export type Program = Breakable & {
  /** Starts it without waiting. */
  launch(): void;
  /** Asks it to end in order. @returns its exit code, or the signal that ended it */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | string>;
  /** How it ended, once it has. */
  ended(): Promise<number | string>;
  /** All that it has written, over all its starts. */
  log(): string;
  /** `/readyz` of this very program: its status, or null without an answer within three seconds. */
  readiness(): Promise<number | null>;
};

/** The database, which comes back on the same port with the same data. */
export type DatabaseServer = Breakable & {
  /** `fast`: connections are cut, and it ends in order; `immediate`: as in a crash. @returns when it answers again */
  restart(how: 'fast' | 'immediate'): Promise<void>;
};

export type InstallationSettings = {
  /** The service reaches PostgreSQL through a proxy that can cut lines. */
  databaseProxy?: boolean;
  /** More settings for the programs. */
  environment?: Record<string, string>;
};

/** The service as its users run it: real processes, and a scripted gateway beside it. */
export type Installation = {
  readonly form: Form;
  /** Programs that answer the API. Embedded: the one process, which is its worker, too. */
  readonly apis: readonly Program[];
  /** Where each of them answers. */
  readonly apiUrls: readonly string[];
  /** Programs that work. Embedded: the one process, which is its API, too. */
  readonly workers: readonly Program[];
  /** Embedded: killed alone it is started again by the one process, five times in ten minutes. */
  readonly temporal: Breakable;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly postgres: DatabaseServer;
  readonly databaseUrl: string;
  /** Of a database on the same server, as a superuser. */
  readonly adminDatabaseUrl: string;
  /** null unless the settings asked for it. */
  readonly databaseProxy: DatabaseProxy | null;
  readonly adminKey: string;
  /** base64 of 32 bytes. */
  readonly secretsKey: string;
  readonly gateway: GatewayProcess;
  /** Connections of the harness's own; they connect again by themselves. */
  readonly sql: postgres.Sql;
  readonly client: Client;
  /** The environment that a worker of another build is started with. */
  readonly workerEnvironment: NodeJS.ProcessEnv;
  /** A folder for what a row writes; its logs are here, too. */
  readonly folder: string;
  /** Thaws and starts everything, and has the gateway answer 200 to all. */
  recover(): Promise<void>;
  /** Stops everything. Its data is gone after it. */
  stop(): Promise<void>;
};

/** Every process that can be broken, once. */
export const breakables = ({ apis, workers, temporal, postgres }: Installation): Breakable[] => [
  ...new Set<Breakable>([...apis, ...workers, temporal, postgres]),
];
