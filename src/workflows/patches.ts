/**
 * Changes of the workflow code that a history from before them cannot follow, each asked for with `patched()` where it
 * makes a difference. How to make another: docs/operations.md, "A change of the workflow code".
 */
export const patches = {
  /** Replies keep the order in which they were received, where clocks cannot tell it (ADR 18). */
  orderOfReceipt: 'order-of-receipt',
  /** After an attempt whose worker was lost the rows are asked how far it came (ADR 9). */
  lostAttempts: 'lost-attempts',
} as const;
