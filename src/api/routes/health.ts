import express, { type Router } from 'express';
import { withDeadline } from '../../deadline';
import type { ApiDeps } from '../deps';
import type { ApiMetrics } from '../metrics';

const readinessTimeMs = 4_500;

/** Live, ready, metrics: for machines, without a key. */
export function healthRoutes(deps: ApiDeps, metrics: ApiMetrics): Router {
  const router = express.Router();

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  router.get('/readyz', async (_req, res) => {
    let checks: Awaited<ReturnType<ApiDeps['readiness']>>;
    try {
      checks = await withDeadline('Readiness', readinessTimeMs, deps.readiness());
    } catch (error) {
      deps.logger.warn({ err: error }, 'Readiness could not be found out');
      checks = { readiness: { ok: false, detail: 'could not be found out in time' } };
    }
    const ready = Object.values(checks).every((check) => check.ok);
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not_ready', checks });
  });

  router.get('/metrics', async (_req, res) => {
    const { contentType } = metrics.exposition;
    res.set('Content-Type', contentType).send(await metrics.exposition.text());
  });

  return router;
}
