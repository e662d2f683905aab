import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exposition } from '../observability/exposition';
import { type Listening, listen } from './listen';
import type { Readiness } from './readiness';

/** `/healthz`, `/readyz` and `/metrics` of a worker on its own, as the API answers them. */
export function startHealthServer(
  address: { host: string; port: number },
  readiness: Readiness,
  exposition: Exposition,
): Promise<Listening> {
  const answer = async ({ url, method }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (url ?? '').split('?')[0];
    if (method !== 'GET' && method !== 'HEAD')
      return send(response, 405, { status: 'method not allowed' }, { Allow: 'GET' });
    if (path === '/healthz') return send(response, 200, { status: 'ok' });
    if (path === '/metrics') {
      const text = await exposition.text();
      response.writeHead(200, { 'Content-Type': exposition.contentType, 'Cache-Control': 'no-store' });
      response.end(text);
      return;
    }
    if (path !== '/readyz') return send(response, 404, { status: 'not found' });
    const checks = await readiness();
    const ready = Object.values(checks).every(({ ok }) => ok);
    send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks });
  };
  return listen(
    (request, response) => {
      answer(request, response).catch(() => send(response, 500, { status: 'error' }));
    },
    { ...address, variable: 'WORKER_HEALTH_PORT', purpose: "the worker's health" },
  );
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(`${JSON.stringify(body)}\n`);
}
