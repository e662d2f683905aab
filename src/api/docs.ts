import { join } from 'node:path';
import express, { type Router } from 'express';
import { type ProblemCode, problemKinds } from './problems';

const assets = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
} as const;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Followups API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** No script but our own files; Swagger UI sets styles on its elements and draws icons from data URLs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Readable docs, all from here: no script of anybody else's, none inline. */
export function docsRoutes(): Router {
  const router = express.Router();
  const folder: string = require('swagger-ui-dist').absolutePath();

  router.get('/docs', (_req, res) => {
    res.set('Content-Security-Policy', contentSecurityPolicy).type('html').send(page);
  });
  router.get('/docs/start.js', (_req, res) => {
    res.type('text/javascript').send(start);
  });
  for (const [name, type] of Object.entries(assets)) {
    router.get(`/docs/${name}`, (_req, res) => {
      res.type(type).sendFile(join(folder, name), { maxAge: 3_600_000 });
    });
  }
  // Where the `type` of a problem leads to.
  for (const code of Object.keys(problemKinds) as ProblemCode[]) {
    router.get(`/problems/${code}`, (_req, res) => {
      const { status, title, remedy } = problemKinds[code];
      const runbook = `docs/runbooks/problem-${code.replaceAll('_', '-')}.md`;
      res.type('text/plain').send(`${title} (${status}, ${code})\n\n${remedy}\n\nFor operators: ${runbook}\n`);
    });
  }
  return router;
}
