import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { connectClient, type TemporalClient } from '../../src/temporal/connection';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { type Service, startService } from '../support/service';
import { type CollectedSpan, type Collector, startCollector } from './collector';
import { scrape } from './exposed';

/*
 * `npm start` with a collector: a trace goes from the caller through the API, the session and the send to the gateway.
 */
Runtime.install({ logger: new DefaultLogger('ERROR') });

const text = 'Is there anything else I can help with?';
const route = '/v1/channels/{channelId}/conversations/{conversationId}/messages';
const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traced = { conversation: '34600111222', traceparent: `00-${caller.traceId}-${caller.spanId}-01` };
/** The caller says that its trace is not recorded. */
const unsampled = { conversation: '34600333444', traceparent: `00-${'5'.repeat(32)}-${'6'.repeat(16)}-00` };
const settings = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_SERVICE_NAME'];

let collector: Collector;
let gateway: TestGateway;
let service: Service;
let temporal: TemporalClient;
let channelId: string;

beforeAll(async () => {
  collector = await startCollector();
  gateway = await startGateway();
  const values = [collector.url, 'x-tenant=mine', 'followups-test'];
  settings.forEach((name, index) => {
    process.env[name] = values[index];
  });
  service = await startService();
  const agent = await service.call('POST', '/v1/agents', {
    ...{ name: 'Ada', identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' } } },
  });
  const channel = await service.call('POST', '/v1/channels', {
    ...{ agentId: agent.id, name: 'Web', type: 'webhook', endpoint: { url: gateway.url } },
  });
  channelId = channel.id;
  await service.call('POST', '/v1/followups', {
    ...{ title: 'Still there?', message: text, delaySeconds: 1, channelIds: [channelId] },
  });
  temporal = await connectClient({ address: service.temporalAddress, namespace: 'default', taskQueue: 'followups' });
  for (const { conversation, traceparent } of [traced, unsampled]) {
    const path = route.replace('{channelId}', channelId).replace('{conversationId}', conversation);
    const response = await fetch(service.baseUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': 'application/json', traceparent },
      body: JSON.stringify({ id: 'm-1', from: 'agent' }),
    });
    expect(response.status).toBe(202);
  }
  await eventually('both followups', () => gateway.received.length === 2, 60_000);
}, 240_000);

afterAll(async () => {
  for (const name of settings) delete process.env[name];
  await temporal?.close();
  await service?.stop();
  await gateway?.close();
  await collector?.close();
}, 60_000);

const historyOf = (conversation: string) =>
  temporal.client.workflow.getHandle(`session/${channelId}/${conversation}`).fetchHistory();

/** The attributes of a span, without their types. */
const attributesOf = ({ attributes }: CollectedSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe('a trace', () => {
  it('goes from the call through the session to the gateway', async () => {
    const spans = await eventually('the spans of a send', () => {
      const found = collector.spans().filter(({ traceId }) => traceId === caller.traceId);
      return found.length >= 5 && found;
    });
    const chain: CollectedSpan[] = [];
    for (let parent: string | undefined = caller.spanId; parent !== undefined; parent = chain.at(-1)?.spanId) {
      const below: CollectedSpan[] = spans.filter(({ parentSpanId }) => parentSpanId === parent);
      if (below.length === 0) break;
      expect(below).toHaveLength(1);
      chain.push(...below);
    }
    expect(chain.map(({ name }) => name)).toEqual([
      ...[`POST ${route}`, 'signal session', 'session waits', 'sendFollowup', 'POST gateway'],
    ]);
    const [call, , waits, send, request] = chain as [
      ...[CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan],
    ];
    expect(attributesOf(call)).toEqual({
      ...{ 'http.request.method': 'POST', 'http.route': route, 'http.response.status_code': '202' },
    });
    expect(waits.events.map(({ name }) => name)).toEqual(['due', 'planned']);
    const seconds = Number(BigInt(waits.endTimeUnixNano) - BigInt(waits.startTimeUnixNano)) / 1e9;
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(attributesOf(send)).toMatchObject({ 'followups.outcome': 'sent' });
    expect(attributesOf(request)).toMatchObject({ 'http.response.status_code': '200' });
    expect(collector.headers[0]?.['x-tenant']).toBe('mine');
    expect(collector.bodies[0]).toContain('followups-test');
  });

  it('holds no text, no address, no key and no name of a conversation', () => {
    const all = collector.bodies.join('\n');
    const { port } = new URL(gateway.url);
    for (const never of [text, traced.conversation, unsampled.conversation, `:${port}`, service.adminKey, 'm-1']) {
      expect(all).not.toContain(never);
    }
  });

  it('is not recorded where the caller does not record it, and leaves nothing in the history then', async () => {
    expect(collector.spans().filter(({ traceId }) => traceId === '5'.repeat(32))).toEqual([]);
    expect(JSON.stringify(await historyOf(unsampled.conversation))).not.toContain('traceparent');
  });

  it('leaves a history that every worker can replay', async () => {
    const history = await historyOf(traced.conversation);
    expect(JSON.stringify(history)).toContain('traceparent');
    const workflowBundle = { codePath: process.env.TEST_WORKFLOW_BUNDLE ?? '' };
    const workflowId = `session/${channelId}/${traced.conversation}`;
    await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
  });
});

it('tells the metrics of API, worker, SDK and traces in one place', async () => {
  const { exposed } = await scrape(service.baseUrl);
  expect(exposed.value('followups_build_info', { part: 'all' })).toBe(1);
  expect(exposed.value('followups_messages_accepted_total')).toBe(2);
  expect(exposed.value('followups_sends_total', { outcome: 'sent' })).toBe(2);
  expect(exposed.value('followups_sdk_metrics_up')).toBe(1);
  expect(exposed.value('temporal_request_total')).toBeGreaterThan(0);
  expect(exposed.value('followups_trace_spans_total', { result: 'exported' })).toBeGreaterThanOrEqual(5);
  expect(exposed.value('followups_trace_spans_total', { result: 'dropped' })).toBe(0);
});
