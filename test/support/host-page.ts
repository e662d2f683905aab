import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody's page with the chat on it. */
export type HostPage = { origin: string; url: string; close(): Promise<void> };

/**
 * Serves a page of another origin than the service's, with a strict policy: it lets in what the service's script and
 * frame need, and nothing else.
 *
 * @param attributes of the script, such as `data-channel="ch_…"`
 */
export async function startHostPage(serviceUrl: string, attributes: string, { copies = 1 } = {}): Promise<HostPage> {
  const script = `<script src="${serviceUrl}/webchat/embed.js" ${attributes} async></script>`;
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src ${serviceUrl}; frame-src ${serviceUrl}; img-src data:`,
    });
    response.end(`<!doctype html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title>
<link rel="icon" href="data:,">
${script.repeat(copies)}
</head>
<body><main><h1>A shop</h1><p>With things.</p></main></body>
</html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Of the same site as the service: the frames of others have no storage in a browser as tests use it.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
