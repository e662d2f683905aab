import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The script for other people's pages: one classic file that needs nothing. */
export default defineConfig({
  root: at('.'),
  build: {
    outDir: at('../../dist/console'),
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2020',
    lib: {
      entry: at('embed.ts'),
      formats: ['iife'],
      name: 'FollowupsEmbed',
      fileName: () => 'embed.js',
    },
  },
});
