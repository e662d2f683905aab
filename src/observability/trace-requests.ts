import type { RequestListener } from 'node:http';
import { parseTraceparent } from './traceparent';
import type { Tracer } from './tracer';

/** What Express leaves at a response of ours: the path with the names of its parameters, never their values. */
type Routed = { locals?: { route?: unknown } };

/** Makes a span of every call of the API, going on with the caller's trace where there is one. */
export function traceRequests(tracer: Tracer, answer: RequestListener): RequestListener {
  return (req, res) => {
    if (!req.url?.startsWith('/v1/')) {
      answer(req, res);
      return;
    }
    const method = req.method ?? '';
    const parent = parseTraceparent(req.headers.traceparent);
    void tracer.root(method, { kind: 'server', parent }, async (span) => {
      const over = new Promise<void>((resolve) => res.once('close', resolve));
      answer(req, res);
      await over;
      const route = String((res as Routed).locals?.route ?? 'unmatched');
      span.rename(`${method} ${route}`);
      span.set({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': res.statusCode,
      });
      if (res.statusCode >= 500) span.fail();
    });
  };
}
