import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the API is that `npm run dev` works against. */
const api = process.env.FOLLOWUPS_URL ?? 'http://127.0.0.1:3000';

/** The chat's page and script are the API's, as they were built; beside them stand sources that pages here share. */
const proxied = ['/v1', '/openapi.json', '/docs', '/s/', '^/webchat/(ch_|embed\\.js)', '/assets/'];

export default defineConfig({
  root: at('.'),
  build: {
    outDir: at('../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // A page's policy forbids data: fonts and styles within the page.
    assetsInlineLimit: 0,
    // Before compression; what is loaded first is measured by `npm run bench:console`.
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      // Libraries mark what runs in the browser, which here is everything.
      onLog: (level, log, say) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') say(level, log);
      },
      input: { console: at('index.html'), webchat: at('webchat/index.html') },
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: api, changeOrigin: false }])),
  },
});
