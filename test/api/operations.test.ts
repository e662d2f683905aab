import { connectDatabase } from '../../src/db/client';
import { startTestApi } from '../support/api';

test('healthz tells that the process lives', async () => {
  const api = await startTestApi();
  try {
    expect((await api.request('GET', '/healthz', { key: null })).body).toEqual({ status: 'ok' });
    expect((await api.request('POST', '/healthz', { key: null })).status).toBe(405);
  } finally {
    await api.stop();
  }
});

test.each<[string, () => Promise<Record<string, { ok: boolean; detail?: string }>>, number, unknown]>([
  ['every part answers', async () => ({ a: { ok: true } }), 200, { status: 'ready', checks: { a: { ok: true } } }],
  [
    'a part does not',
    async () => ({ a: { ok: true }, b: { ok: false, detail: 'away' } }),
    503,
    { status: 'not_ready', checks: { a: { ok: true }, b: { ok: false, detail: 'away' } } },
  ],
  ['nobody can tell', () => Promise.reject(new Error('secret')), 503, expect.objectContaining({ status: 'not_ready' })],
])('readyz when %s', async (_what, readiness, status, body) => {
  const api = await startTestApi({ readiness });
  try {
    const response = await api.request('GET', '/readyz', { key: null });
    expect([response.status, response.body]).toEqual([status, body]);
    expect(JSON.stringify(response.body)).not.toContain('secret');
  } finally {
    await api.stop();
  }
});

test('metrics count requests by route, never by id', async () => {
  const api = await startTestApi();
  try {
    const agentId = `agt_${'0'.repeat(32)}`;
    await api.request('GET', `/v1/agents/${agentId}`);
    await api.request('GET', '/nothing/here');
    const { headers, body } = await api.request('GET', '/metrics', { key: null });
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain(
      'followups_http_request_duration_seconds_count{method="GET",route="/v1/agents/{agentId}",status="404"} 1',
    );
    expect(body).toContain('route="unmatched",status="404"');
    expect(body).not.toContain(agentId);
    expect(body).not.toContain('/nothing/here');
  } finally {
    await api.stop();
  }
});

test('without a database: 503, and the caller may come again', async () => {
  // Nothing listens on port 1.
  const database = connectDatabase('postgres://nobody@127.0.0.1:1/none', { max: 2 });
  const api = await startTestApi({ database });
  try {
    const response = await api.request('GET', '/v1/agents');
    expect([response.status, response.body.code]).toEqual([503, 'temporarily_unavailable']);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(JSON.stringify(response.body)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1:1\b|select/);
    expect((await api.request('GET', '/healthz', { key: null })).status).toBe(200);
  } finally {
    await database.end();
    await api.stop();
  }
});
