import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

/** Builds the `longshore` command: the same services as the window, without Electron. */
export default defineConfig({
  build: {
    target: 'node20.18',
    outDir: 'out/cli',
    ssr: true,
    emptyOutDir: true,
    rolldownOptions: {
      // The thread that scans and packs is looked for beside the program.
      input: { longshore: resolve('src-main/cli.ts'), 'archive-worker': resolve('src-main/archive/worker.ts') },
      external: [...builtinModules, /^node:/, ...Object.keys(manifest.dependencies)],
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        banner: ({ name }) => (name === 'longshore' ? '#!/usr/bin/env node' : ''),
      },
    },
  },
});
