import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { problemKinds } from '../../src/api/problems';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { eventually } from '../support/eventually';
import { type RunningScript, runProcess } from '../support/processes';
import { conversation, makeChannel, makeFollowup } from '../support/scenario';
import { type Stack, startStack } from '../support/stack';
import { type Exposed, metricsIn, readExposed, scrape } from './exposed';

const root = join(__dirname, '..', '..');
const folder = join(root, 'docker', 'observability');
const runbooks = join(root, 'docs', 'runbooks');

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> };
const rules: Rule[] = parse(readFileSync(join(folder, 'prometheus-alerts.yml'), 'utf8')).groups.flatMap(
  ({ rules: ofGroup }: { rules: Rule[] }) => ofGroup,
);
type Panel = { title: string; type: string; targets?: { expr: string }[] };
const { panels } = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8')) as { panels: Panel[] };
const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => ({ where: title, expr }))),
].map(({ where, expr }) => ({ where, expr: expr.replaceAll('$__rate_interval', '5m') }));

describe('metrics', () => {
  const running: RunningScript[] = [];
  let stack: Stack;
  let api: { text: string; exposed: Exposed };
  let worker: { text: string; exposed: Exposed };
  let conversationId: string;

  beforeAll(async () => {
    builtRepository();
    stack = await startStack({ worker: false });
    const port = await freePort();
    const workerPort = await freePort();
    for (const [program, settings] of [
      ['server.js', { PORT: `${port}`, ADMIN_API_KEY: stack.adminKey }],
      ['worker.js', { WORKER_HEALTH_PORT: `${workerPort}` }],
    ] as const) {
      const env = { ...stack.workerEnvironment, ...settings };
      running.push(runProcess(process.execPath, [join(root, 'dist', program)], env, root));
    }
    const outputs = () => running.map((one) => one.output()).join('\n');
    for (const at of [port, workerPort]) {
      await eventually(
        `readiness at ${at}`,
        async () => {
          const response = await fetch(`http://127.0.0.1:${at}/readyz`).catch(() => null);
          if (!response?.ok) throw new Error(outputs());
          return true;
        },
        90_000,
      );
    }
    const { channelId } = await makeChannel(stack);
    await makeFollowup(stack, channelId);
    const said = async (body: object) => {
      const path = `/v1/channels/${channelId}/conversations/${conversationId}/messages`;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(202);
    };
    const chat = conversation(stack, channelId);
    conversationId = chat.id;
    await said({ id: 'm-1', from: 'agent' });
    await chat.sent(1);
    // No workflow of this name is known: its task fails, as those of a broken release would.
    const { client, taskQueue } = stack;
    const broken = await client.workflow.start('noSuchWorkflow', { taskQueue, workflowId: `broken/${taskQueue}` });
    worker = await eventually('the metrics of a failed task', async () => {
      const scraped = await scrape(`http://127.0.0.1:${workerPort}`);
      return scraped.exposed.names.has('temporal_workflow_task_execution_failed_total') && scraped;
    });
    await broken.terminate();
    api = await scrape(`http://127.0.0.1:${port}`);
  }, 180_000);

  afterAll(async () => {
    for (const { child } of running) child.kill('SIGTERM');
    expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0]);
    await stack?.stop();
  }, 60_000);

  it('tell what was done, for how long, and how late', () => {
    expect(api.exposed.value('followups_messages_accepted_total', { from: 'agent' })).toBe(1);
    expect(api.exposed.value('followups_build_info', { part: 'api' })).toBe(1);
    expect(api.exposed.value('followups_sessions_open')).toBe(1);
    const { value } = worker.exposed;
    expect(value('followups_build_info', { part: 'worker' })).toBe(1);
    expect(value('followups_sends_total', { outcome: 'sent' })).toBe(1);
    expect(value('followups_sends_total', { outcome: 'unknown' })).toBe(0);
    expect(value('followups_send_lateness_seconds_count')).toBe(1);
    expect(value('followups_send_lateness_seconds_sum')).toBeLessThan(20);
    expect(value('followups_gateway_requests_total')).toBe(1);
    expect(value('followups_gateway_request_duration_seconds_count', { result: '2xx' })).toBe(1);
    expect(value('followups_activity_duration_seconds_count', { activity: 'sendFollowup', result: 'done' })).toBe(1);
    expect(value('followups_activity_duration_seconds_count', { activity: 'openSession' })).toBe(1);
    expect(value('followups_reconciler_findings_total', { finding: 'session' })).toBe(0);
    expect(value('followups_sdk_metrics_up')).toBe(1);
    expect(value('nodejs_eventloop_lag_p99_seconds')).not.toBeNull();
  });

  it('name nobody and nothing by its id', () => {
    for (const { text } of [api, worker]) {
      expect(text).not.toContain(conversationId);
      expect(text).not.toMatch(/\b(?:agt|ch|flw|ses|dlv|key)_[0-9a-f]{16,}/);
      expect(text).not.toContain('127.0.0.1');
    }
  });

  it('are there, all that dashboard and alerts name', () => {
    const exposed = new Set([...api.exposed.names, ...worker.exposed.names]);
    expect(expressions.length).toBeGreaterThan(40);
    for (const { where, expr } of expressions) {
      const named = metricsIn(expr);
      expect([where, named.length]).not.toEqual([where, 0]);
      expect({ where, missing: named.filter((name) => !exposed.has(name)) }).toEqual({ where, missing: [] });
    }
  });
});

describe('what reads expressions and expositions', () => {
  it('finds the metrics, and what is written wrong', () => {
    expect(
      metricsIn('sum by (le) (rate(a_bucket{route!="/v1/x(y"}[5m])) / on (instance) group_left (part) b > 0.5'),
    ).toEqual(['a_bucket', 'b']);
    expect(metricsIn('time() - max(a) > 1e3 and absent(b{c=~"d|e"})')).toEqual(['a', 'b']);
    for (const wrong of ['sum(rate(a[5m])', 'a{b="c}', 'a[5m)']) expect(() => metricsIn(wrong)).toThrow('do not match');
    expect(() => readExposed('what is this?')).toThrow('no sample');
  });
});

describe('runbooks', () => {
  const kebab = (alert: string) => alert.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
  const pages = readdirSync(runbooks).filter((file) => file !== 'README.md');

  it('have a page for every alert and every problem, and no other', () => {
    const wanted = [
      ...rules.map(({ alert }) => `${kebab(alert)}.md`),
      ...Object.keys(problemKinds).map((code) => `problem-${code.replaceAll('_', '-')}.md`),
    ];
    expect([...pages].sort()).toEqual(wanted.sort());
  });

  it('are named by the alerts, and listed', () => {
    const index = readFileSync(join(runbooks, 'README.md'), 'utf8');
    for (const page of pages) expect(index).toContain(`(${page})`);
    for (const { alert, labels, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/runbooks/${kebab(alert)}.md`);
      expect(['page', 'ticket']).toContain(labels.severity);
    }
  });

  it('say what it means, what users notice, what to look at, and what to do', () => {
    for (const page of pages) {
      const headings = [...readFileSync(join(runbooks, page), 'utf8').matchAll(/^\*\*(.+?)\*\*/gm)].map(
        ([, text]) => text,
      );
      expect([page, headings]).toEqual([page, ['What it means.', 'What users notice.', 'Look at.', 'Do.']]);
    }
  });
});
