import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What a process tells Prometheus. */
export type Exposition = {
  /** For metrics of the service's own. */
  registry: Registry;
  contentType: string;
  /** Everything, as the text format has it: our own metrics, those of the process, and those of the Temporal SDK. */
  text(): Promise<string>;
};

/** A scrape waits for ten seconds by default, and the database may be asked as well. */
const sdkAnswersWithinMs = 2_000;

/**
 * @param sdkMetricsPort where the Temporal SDK's core exposes its own metrics on the loopback; null where there is no
 *   core, as in an API on its own
 */
export function createExposition(sdkMetricsPort: number | null = null): Exposition {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const own = { registry, contentType: registry.contentType };
  if (sdkMetricsPort === null) return { ...own, text: () => registry.metrics() };

  const up = new Gauge({
    name: 'followups_sdk_metrics_up',
    help: 'Whether the metrics of the Temporal SDK could be read: 1, or 0.',
    registers: [registry],
  });
  return {
    ...own,
    async text() {
      const ofSdk = await readText(`http://127.0.0.1:${sdkMetricsPort}/metrics`);
      up.set(ofSdk === null ? 0 : 1);
      return `${await registry.metrics()}${ofSdk ?? ''}`;
    },
  };
}

/** @returns null when it cannot be read: our own metrics are told all the same */
async function readText(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(sdkAnswersWithinMs) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
