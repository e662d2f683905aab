import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { ApiProblem } from './problems';
import { sendBuiltFile } from './send-built-file';

/** Names of assets hold a hash of their content. */
const forever = 'public, max-age=31536000, immutable';
const forAnHour = 'public, max-age=3600';

/** What is no page of the console, whatever comes after it. */
const reserved = /^\/(v1|docs|problems|s|webchat|assets|healthz|readyz|metrics|openapi\.json)(\/|$)/;

/** Stands in index.html where the nonce of the answer belongs. */
const noncePlaceholder = '__CSP_NONCE__';

/** Scripts are our own files. Parts that have to set a style of their own while they run know the nonce. */
const contentSecurityPolicy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    // The Playground holds a web chat.
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const pageHeaders = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

async function sendPage(res: Response, dir: string | null): Promise<void> {
  const page = dir === null ? null : await readFile(join(dir, 'index.html'), 'utf8').catch(() => null);
  if (page === null) {
    res.status(503).set('Cache-Control', 'no-store').type('text/plain');
    res.send('The console was not built: npm run build\n');
    return;
  }
  const nonce = randomBytes(16).toString('base64url');
  res
    .set({ ...pageHeaders, 'Content-Security-Policy': contentSecurityPolicy(nonce) })
    .type('html')
    .send(page.replaceAll(noncePlaceholder, nonce));
}

/** A browser that goes somewhere names HTML; a program that takes anything gets the API's 404. */
const asksForPage = (req: Request) =>
  ['GET', 'HEAD'].includes(req.method) && (req.headers.accept ?? '').includes('text/html') && !reserved.test(req.path);

/**
 * The console, as the build made it: its assets, and its one page at every path that is nothing else.
 *
 * @param dir the folder of the build; null or without a page: `/` says that it was not built
 */
export function consoleRoutes(dir: string | null): Router {
  const router = express.Router({ caseSensitive: true });

  const sendFile =
    (folder: string, nameOf: (req: Request) => string, cacheControl: string): RequestHandler =>
    async (req, res) => {
      const name = nameOf(req);
      const root = dir === null ? null : join(dir, folder);
      const plain = /^\w[\w.-]*$/.test(name);
      if (root !== null && plain && (await sendBuiltFile(req, res, { root, name, cacheControl }))) return;
      throw new ApiProblem('not_found', 'The console has no such file.');
    };

  router.get(
    '/assets/:name',
    sendFile('assets', (req) => String(req.params.name), forever),
  );
  router.get(
    '/favicon.svg',
    sendFile('', () => 'favicon.svg', forAnHour),
  );
  router.get('/', (_req, res) => sendPage(res, dir));
  router.use(async (req, res, next) => {
    if (!asksForPage(req)) {
      next();
      return;
    }
    res.locals.route = '/{page}';
    await sendPage(res, dir);
  });
  return router;
}
