import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { dataConverterWith } from './payload-codec';

/** Where Temporal is, and which namespace and task queue are the service's. */
export type TemporalTarget = {
  /** host:port; null: what Temporal's own environment configuration says. */
  address: string | null;
  namespace: string;
  taskQueue: string;
  /** This process's own server, which knows neither TLS nor keys: Temporal's environment configuration does not apply. */
  embedded?: boolean;
  /** Encrypt what is sent to it, the newest first; none: nothing is encrypted. */
  payloadKeys?: readonly Buffer[];
};

/** TLS and API key come from Temporal's own environment configuration; address and namespace are the service's settings. */
function connectionOptions(target: TemporalTarget) {
  if (target.embedded && target.address !== null) return { address: target.address };
  const { connectionOptions: known } = loadClientConnectConfig();
  return { ...known, ...(target.address === null ? {} : { address: target.address }) };
}

/**
 * Connects the API, or a worker's questions, to Temporal. Waits for the server to answer.
 *
 * @throws when no server answers within ten seconds
 */
export async function connectClient(target: TemporalTarget): Promise<TemporalClient> {
  return onConnection(target, await Connection.connect({ ...connectionOptions(target), connectTimeout: '10 seconds' }));
}

/** As {@link connectClient}, but connects when it is first used, and again whenever the server was away. */
export function lazyClient(target: TemporalTarget): TemporalClient {
  return onConnection(target, Connection.lazy(connectionOptions(target)));
}

export type TemporalClient = { client: Client; close(): Promise<void> };

function onConnection({ namespace, payloadKeys = [] }: TemporalTarget, connection: Connection): TemporalClient {
  const client = new Client({
    connection,
    namespace,
    dataConverter: dataConverterWith(payloadKeys),
    // A run that was terminated or closed would still answer, from its last state.
    workflow: { queryRejectCondition: 'NOT_OPEN' },
  });
  return { client, close: () => connection.close() };
}

/** Connects a worker. @throws when no server answers */
export function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(target));
}
