import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { type Authenticator, createAuthenticator } from './authenticate';
import { trustedProxies } from './client-address';
import { codecRoutes } from './codec-endpoint';
import { consoleRoutes } from './console-files';
import { createForgeryGuard } from './console-session/forgery';
import { createAddresses } from './conversations';
import type { ApiDeps } from './deps';
import { docsRoutes } from './docs';
import { problemOfDatabase } from './failures';
import { createIdempotency } from './idempotency';
import { createMessageChannels } from './message-channels';
import { type ApiMetrics, createApiMetrics } from './metrics';
import { openApiDocument } from './openapi';
import type { Operation } from './operation';
import { ApiProblem, problemBody } from './problems';
import { createRateLimiter } from './rate-limits';
import { agentOperations } from './routes/agents';
import { auditOperations } from './routes/audit';
import { batchOperations } from './routes/batch';
import { channelActionOperations } from './routes/channel-actions';
import { channelOperations } from './routes/channels';
import { consoleSessionOperations } from './routes/console-session';
import { conversationOperations } from './routes/conversations';
import { deliveryOperations } from './routes/deliveries';
import { eventOperations } from './routes/events';
import { followupActionOperations } from './routes/followup-actions';
import { followupOperations } from './routes/followups';
import { healthRoutes } from './routes/health';
import { keyOperations } from './routes/keys';
import { messageOperations } from './routes/messages';
import { receiptOperations } from './routes/receipts';
import { sessionOperations } from './routes/sessions';
import { silenceOperations } from './routes/silences';
import { statsOperations } from './routes/stats';
import { surveyAnswerOperations } from './routes/survey-answers';
import { transcriptOperations } from './routes/transcripts';
import { webchatOperations } from './routes/webchat';
import { type Gates, serveOperation } from './serve-operation';
import { surveyJsonRoutes } from './survey-page/json';
import { surveyPageRoutes } from './survey-page/routes';
import { createVisitors, type Visitors } from './webchat/visitors';
import { webchatPageRoutes } from './webchat-page';

/** What every answer carries, and what is measured and logged of it: never an id from the path, never a body. */
function observe(deps: ApiDeps, metrics: ApiMetrics): RequestHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
    res.locals.requestId = requestId;
    res.set({ 'X-Request-Id': requestId, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
    if (req.path.startsWith('/v1/')) res.set('Cache-Control', 'no-store');
    const begunAtMs = performance.now();
    res.on('finish', () => {
      const durationMs = Math.round(performance.now() - begunAtMs);
      const route = String(res.locals.route ?? req.route?.path ?? 'unmatched');
      const status = res.statusCode;
      metrics.requests.observe({ method: req.method, route, status }, durationMs / 1_000);
      deps.logger.debug({ requestId, method: req.method, route, status, durationMs }, 'Answered');
    });
    next();
  };
}

/** Says of a path which methods it has. */
function otherMethods(methods: string[]): RequestHandler {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (req, res) => {
    if (req.method === 'OPTIONS') {
      res.status(204).set('Allow', allow).end();
      return;
    }
    throw new ApiProblem('method_not_allowed', `This path has no ${req.method}; it has ${allow}.`, [], {
      Allow: allow,
    });
  };
}

const notARoute: RequestHandler = () => {
  throw new ApiProblem('not_found', 'There is nothing at this path; see /docs.');
};

function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const away = problemOfDatabase(error);
  if (away) return away;
  if (error instanceof URIError)
    return new ApiProblem('malformed_request', 'The URL is not correctly percent-encoded.');
  return new ApiProblem('internal_error', 'Something went wrong here. The log has more under the requestId.');
}

function answerProblems(deps: ApiDeps): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const problem = toProblem(error);
    const requestId = String(res.locals.requestId);
    const route = res.locals.route;
    if (problem.status === 500) deps.logger.error({ err: error, requestId, route }, 'A request failed');
    else if (problem.status === 503) deps.logger.warn({ err: error, requestId, route }, 'A part did not answer');
    if (res.headersSent) {
      next(error);
      return;
    }
    res
      .status(problem.status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, deps.publicUrl, requestId)));
  };
}

function mount(app: Express, operations: Operation[], gates: Gates): void {
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const ofPath = operations.filter((operation) => operation.path === path);
    const route = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
    route.all((_req, res, next) => {
      res.locals.route = path;
      next();
    });
    for (const operation of ofPath) route[operation.method](serveOperation(operation, gates));
    route.all(otherMethods(ofPath.map((operation) => operation.method.toUpperCase())));
  }
}

/** Every call of the API. */
export function apiOperations(
  deps: ApiDeps,
  metrics: ApiMetrics,
  authenticator: Authenticator,
  visitors: Visitors = createVisitors(deps),
): Operation[] {
  const messageChannels = createMessageChannels(deps);
  const addresses = createAddresses(deps, messageChannels);
  return [
    ...agentOperations(deps),
    ...channelOperations(deps, messageChannels),
    ...channelActionOperations(deps),
    ...followupOperations(deps),
    ...followupActionOperations(deps),
    ...messageOperations(deps, addresses, metrics),
    ...batchOperations(deps, addresses, metrics),
    ...conversationOperations(deps, addresses),
    ...sessionOperations(deps),
    ...deliveryOperations(deps),
    ...surveyAnswerOperations(deps),
    ...statsOperations(deps),
    ...silenceOperations(deps),
    ...receiptOperations(deps),
    ...eventOperations(deps, authenticator),
    ...keyOperations(deps, authenticator),
    ...auditOperations(deps),
    ...transcriptOperations(deps),
    ...webchatOperations(deps, addresses, metrics, visitors),
    ...consoleSessionOperations(deps, authenticator),
  ];
}

/**
 * The REST API. It never listens: whoever has it does.
 *
 * Every error is a problem (RFC 9457) with the id of the request; what is not the caller's fault is logged.
 */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', trustedProxies);

  const metrics = createApiMetrics(deps.exposition);
  const authenticator = createAuthenticator(deps);
  const visitors = createVisitors(deps);
  const operations = apiOperations(deps, metrics, authenticator, visitors);
  let document: string | undefined;

  app.use(observe(deps, metrics));
  app.use(healthRoutes(deps, metrics));
  app.use(docsRoutes());
  app.use(surveyJsonRoutes(deps));
  app.use(surveyPageRoutes(deps));
  app.all('/s/:token', otherMethods(['GET', 'POST']));
  app.use(webchatPageRoutes(deps));
  app.all('/webchat/:channelId', otherMethods(['GET']));
  app.get('/openapi.json', (_req, res) => {
    document ??= JSON.stringify(openApiDocument(operations, deps.publicUrl));
    res.type('application/json').send(document);
  });
  const limiter = createRateLimiter(deps.rateLimits);
  if (deps.payloadCodec) {
    const uiOrigin = deps.temporalUi.baseUrl === null ? null : new URL(deps.temporalUi.baseUrl).origin;
    app.use(codecRoutes({ codec: deps.payloadCodec, authenticator, limiter, uiOrigin }));
  }
  mount(app, operations, {
    authenticator,
    visitors,
    refuseForgery: createForgeryGuard(deps),
    limiter,
    idempotency: createIdempotency(deps),
  });
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])
    app.all(path, otherMethods(['GET']));
  app.use(consoleRoutes(deps.consoleDir));
  for (const path of ['/', '/favicon.svg', '/assets/:name']) app.all(path, otherMethods(['GET']));
  app.use(notARoute);
  app.use(answerProblems(deps));
  return app;
}
