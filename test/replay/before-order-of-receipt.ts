import type { Fact } from '../../src/workflows/policy/session-state';

/** Stands in for the policy of a worker of before the patch `order-of-receipt`: times alone decide. */
export const agentNotHeard = null;
export const hearAgent = (): null => null;
export const inOrderOfReceipt = (fact: Fact): Fact => fact;
