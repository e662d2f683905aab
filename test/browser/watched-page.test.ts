import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectNoAxeViolations } from '../support/axe';
import { openBrowser, type TestBrowser } from '../support/browser';

// Without an icon of its own a page has the browser ask for one, sooner or later, which is trouble on a page without.
const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,"></head><body><main><h1>A page</h1>${body}</main></body></html>`;

const pages: Record<string, string> = {
  '/good': page('<p>Good.</p>'),
  '/script': page('<script>console.log("inline")</script>'),
  '/missing': page('<img src="/nowhere.png" alt="Nowhere">'),
  '/throws': page('<script src="/throws.js"></script>'),
  '/throws.js': 'throw new Error("on purpose")',
  '/nameless': page('<button></button>'),
  '/faint': page('<p>Good.</p><link rel="stylesheet" href="/faint.css">'),
  '/faint.css': '@media (prefers-color-scheme: dark) { p { color: #777; background: #888 } }',
};

let server: Server;
let url: string;
let browser: TestBrowser;
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    const body = pages[path];
    const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html';
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': type,
      'content-security-policy': "default-src 'self'; img-src 'self' data:",
    });
    response.end(body ?? 'nothing');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

async function visit(path: string, expected?: RegExp): Promise<void> {
  const opened = await browser.open();
  if (expected) opened.expectError(expected);
  await opened.goto(url + path);
  await opened.close();
  await browser.closePages();
}

it.each([
  ['what the policy forbids', '/script', /Content Security Policy/],
  ['what is missing', '/missing', /404.*nowhere\.png/],
  ['an error of a script', '/throws', /on purpose/],
])('fails a test for %s, unless it was announced', async (_what, path, says) => {
  await expect(visit(path)).rejects.toThrow(says);
  await visit(path, says);
});

it('fails nothing for a page without trouble, or whose requests were given up', async () => {
  await visit('/good');
  const opened = await browser.open();
  await opened.goto(`${url}/good`);
  await opened.evaluate('void fetch("/good", { signal: AbortSignal.timeout(0) }).catch(() => {})');
  await browser.closePages();
});

it('keeps nothing from one page to the next', async () => {
  const first = await browser.open();
  await first.goto(`${url}/good`);
  await first.evaluate('localStorage.setItem("kept", "1"); document.cookie = "kept=1"');
  const second = await browser.open();
  await second.goto(`${url}/good`);
  expect(await second.evaluate('[localStorage.getItem("kept"), document.cookie]')).toEqual([null, '']);
  await browser.closePages();
});

it('finds barriers, in the theme that has them, under a policy that lets no script in', async () => {
  const opened = await browser.open();
  await opened.goto(`${url}/good`);
  await expectNoAxeViolations(opened);
  await opened.goto(`${url}/nameless`);
  await expect(expectNoAxeViolations(opened)).rejects.toThrow(/light, critical: .*\(button-name\)\n {4}button: /);
  await opened.goto(`${url}/faint`);
  await expectNoAxeViolations(opened, { themes: ['light'] });
  await expect(expectNoAxeViolations(opened)).rejects.toThrow(/dark, serious: .*\(color-contrast\)/);
  await browser.closePages();
});
