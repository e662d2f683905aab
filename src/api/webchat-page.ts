import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Response, type Router } from 'express';
import { findChannel } from '../db/queries/channels';
import type { ApiDeps } from './deps';
import { ApiProblem } from './problems';
import { RequestDeadline } from './request-deadline';
import { sendBuiltFile } from './send-built-file';

/** Short: a new version is on all pages soon after its release. */
const forFiveMinutes = 'public, max-age=300';

const channelIdPattern = /^ch_[0-9a-f]{32}$/;

/** @param frameAncestors who may hold the page in a frame */
const contentSecurityPolicy = (frameAncestors: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');

const noChat = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>There is no such chat</title>
</head>
<body>
<h1>There is no such chat</h1>
<p>It has been closed, or the address is not complete.</p>
</body>
</html>
`;

/** A file of the built console; null: it was not built. */
const built = (...path: string[]) => readFile(join(...path), 'utf8').catch(() => null);

const show = (res: Response, status: number, page: string, frameAncestors: string) => {
  res
    .status(status)
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentSecurityPolicy(frameAncestors),
      'X-Robots-Tag': 'noindex, nofollow',
    })
    .type('html')
    .send(page);
};

/** The visitor's page of a web chat, which only pages of the channel's origins may frame, and the script that does so. */
export function webchatPageRoutes(deps: ApiDeps): Router {
  const { db } = deps.database;
  const router = express.Router({ caseSensitive: true });

  router.get('/webchat/embed.js', async (req, res) => {
    res.locals.route = '/webchat/embed.js';
    const root = deps.consoleDir;
    const script = root === null ? null : await built(root, 'embed.js');
    if (root === null || script === null) {
      throw new ApiProblem('not_found', 'The script of the chat was not built: npm run build');
    }
    // By content, so that it is the same at each API process; weak, since it is packed in several ways.
    const etag = `W/"${createHash('sha256').update(script).digest('base64url')}"`;
    res.set({ 'Cross-Origin-Resource-Policy': 'cross-origin', ETag: etag });
    await sendBuiltFile(req, res, { root, name: 'embed.js', cacheControl: forFiveMinutes });
  });

  router.get('/webchat/:channelId', async (req, res) => {
    res.locals.route = '/webchat/{channelId}';
    const channelId = String(req.params.channelId);
    const find = () => new RequestDeadline().database(findChannel(db, channelId));
    const channel = channelIdPattern.test(channelId) ? await find() : null;
    if (channel?.type !== 'webchat') {
      show(res, 404, noChat, '*');
      return;
    }
    const page = deps.consoleDir === null ? null : await built(deps.consoleDir, 'webchat', 'index.html');
    if (page === null) {
      res.status(503).set('Cache-Control', 'no-store').type('text/plain');
      res.send('The chat was not built: npm run build\n');
      return;
    }
    const { allowedOrigins } = channel;
    show(res, 200, page, allowedOrigins.length === 0 ? '*' : ["'self'", ...allowedOrigins].join(' '));
  });
  return router;
}
