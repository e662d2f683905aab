import type { Installation } from '../../test/faults/installation/installation';
import { chainFigures, runsOf } from '../figures/chain-figures';
import { sessionFigures } from '../figures/session-figures';

/** Billable actions, and bytes as the server stores them. */
export type HistoryCost = { actions: number; historyBytes: number };

/** What all runs of a session came to until now, as their histories tell it. */
export async function historyCost({ client }: Installation, workflowId: string): Promise<HistoryCost> {
  const { actions, bytes } = chainFigures((await runsOf(client, workflowId)).map(sessionFigures));
  return { actions, historyBytes: bytes };
}
