import pino from 'pino';
import { Registry } from 'prom-client';
import { createSpanExporter } from '../../src/observability/span-exporter';
import type { FinishedSpan } from '../../src/observability/tracer';
import { type Collector, startCollector } from './collector';
import { readExposed } from './exposed';

const span: FinishedSpan = {
  ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: null, name: 'call', kind: 'server' },
  ...{ startMs: 1, endMs: 2, attributes: {}, events: [], failed: false },
};
let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector.close());

function exporting(endpoint: string) {
  const registry = new Registry();
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const headers = { authorization: 'Bearer hunter2' };
  const exporter = createSpanExporter({ endpoint, headers, resource: { 'service.name': 'x' }, registry, logger });
  const counts = async () => {
    const { value } = readExposed(await registry.metrics());
    const of = (result: string) => value('followups_trace_spans_total', { result });
    return { exported: of('exported'), dropped: of('dropped') };
  };
  return { exporter, lines, counts };
}

it('sends what waits, with its headers, some spans at a time', async () => {
  const { exporter, counts } = exporting(collector.url);
  for (let count = 0; count < 600; count++) exporter.add(span);
  await exporter.close();
  expect(collector.spans()).toHaveLength(600);
  expect(collector.bodies.length).toBe(2);
  expect(collector.headers[0]?.authorization).toBe('Bearer hunter2');
  expect(await counts()).toEqual({ exported: 600, dropped: 0 });
});

it('drops what is too much', async () => {
  const { exporter, counts } = exporting(collector.url);
  for (let count = 0; count < 4_100; count++) exporter.add(span);
  await exporter.close();
  expect(await counts()).toEqual({ exported: 4_096, dropped: 4 });
});

it.each([
  ['refuses', async () => (collector.status = 500), 'it answered 500'],
  ['is away', () => collector.close(), 'ECONNREFUSED'],
])('says once, without secrets, that the collector %s, and drops the spans', async (_what, fail, why) => {
  const { exporter, lines, counts } = exporting(collector.url);
  await fail();
  for (let count = 0; count < 600; count++) exporter.add(span);
  await exporter.close();
  expect(await counts()).toEqual({ exported: 0, dropped: 600 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ why });
  expect(lines[0]).not.toMatch(/hunter2|127\.0\.0\.1/);
});

it('does not wait long at the end for a collector that says nothing', async () => {
  collector.status = null;
  const { exporter } = exporting(collector.url);
  exporter.add(span);
  const begunMs = performance.now();
  await exporter.close();
  expect(performance.now() - begunMs).toBeLessThan(4_500);
});
