import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { searchAttributes } from '../workflows/search-attributes';

/** `IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2;

/**
 * Registers the search attributes of sessions in the namespace. Safe to repeat, and at once.
 *
 * @throws Error when the namespace has one of them with another type: Temporal would say yes and change nothing
 */
export async function registerSearchAttributes(client: Client, namespace: string): Promise<void> {
  const wanted = Object.values(searchAttributes).map(({ name }) => name);
  const { operatorService } = client.connection as unknown as {
    operatorService: import('@temporalio/client').OperatorService;
  };
  const list = async () => (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  const before = await list();
  const missing = wanted.filter((name) => before[name] === undefined);
  if (missing.length > 0) {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  }
  const after = missing.length > 0 ? await list() : before;
  for (const name of wanted) {
    if (after[name] !== keyword) {
      throw new Error(
        `The namespace ${namespace} has the search attribute ${name} with another type than Keyword; remove it.`,
      );
    }
  }
  if (missing.length > 0) await untilUsable(client, namespace, wanted);
}

/** How long a server may take to know search attributes that it has just listed. */
const usableWithinMs = 20_000;

/**
 * The production server keeps what it knows of search attributes for a moment, and refuses sessions that carry new ones until
 * it looks again: a query by them is refused for as long.
 */
async function untilUsable(client: Client, namespace: string, names: readonly string[]): Promise<void> {
  const query = names.map((name) => `${name} = 'none'`).join(' OR ');
  for (const deadlineMs = Date.now() + usableWithinMs; ; await sleep(200)) {
    try {
      await client.workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (!isSearchAttributeUnknown(error) || Date.now() > deadlineMs) throw error;
    }
  }
}

/** gRPC's code for "invalid argument". */
const invalidArgument = 3;

const isSearchAttributeUnknown = (error: unknown): boolean =>
  isGrpcServiceError(error) && error.code === invalidArgument && /search attribute/i.test(error.details);
