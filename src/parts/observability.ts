import { Gauge } from 'prom-client';
import type { Config, Part } from '../config';
import type { Logger } from '../logger';
import { createExposition, type Exposition } from '../observability/exposition';
import { createSpanExporter } from '../observability/span-exporter';
import { createTracer, type Tracer, untraced } from '../observability/tracer';
import { version } from './version';

/** How a process lets itself be watched. */
export interface Observability {
  exposition: Exposition;
  tracer: Tracer;
  /** Sends the spans that wait. */
  close(): Promise<void>;
}

export interface ObservabilityOptions {
  part: Part;
  tracing: Config['tracing'];
  logger: Logger;
  /** null: this process has no core of the Temporal SDK. */
  sdkMetricsPort: number | null;
}

/** Metrics always, traces where the settings name a collector. */
export function createObservability({ part, tracing, logger, sdkMetricsPort }: ObservabilityOptions): Observability {
  const exposition = createExposition(sdkMetricsPort);
  const { registry } = exposition;
  new Gauge({
    name: 'followups_build_info',
    help: 'Which version runs, as which part; always 1.',
    labelNames: ['version', 'part'],
    registers: [registry],
  }).set({ version, part }, 1);
  if (tracing === null) return { exposition, tracer: untraced, close: async () => {} };

  const { endpoint, headers, serviceName, ratio } = tracing;
  const resource = { 'service.name': serviceName, 'service.version': version, 'followups.part': part };
  const exporter = createSpanExporter({ endpoint, headers, resource, registry, logger });
  return { exposition, tracer: createTracer({ ratio, export: exporter.add }), close: exporter.close };
}
