type Activator = { bufferedSignals: unknown[] };

/**
 * Takes away the signals that no handler is registered for, and counts them.
 *
 * The SDK keeps them for a handler that may be registered later, without a limit. A default handler would take them,
 * but with one registered a signal whose name begins with `__temporal_` fails the workflow task for ever; so the
 * buffer is emptied instead. It is not part of the SDK's public interface: a test holds it to what is used here.
 */
export function takeUnknownSignals(): number {
  const activator = (globalThis as { __TEMPORAL_ACTIVATOR__?: Activator }).__TEMPORAL_ACTIVATOR__;
  return activator?.bufferedSignals.splice(0).length ?? 0;
}

/** How many wait to be taken away. Reads only, so that a query may ask. */
export function countUnknownSignals(): number {
  const activator = (globalThis as { __TEMPORAL_ACTIVATOR__?: Activator }).__TEMPORAL_ACTIVATOR__;
  return activator?.bufferedSignals.length ?? 0;
}
