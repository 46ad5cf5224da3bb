import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

/** Builds the `longshore` command: the same services as the window, without Electron. */
export default defineConfig({
  build: {
    target: 'node20.18',
    outDir: 'out/cli',
    ssr: resolve('src-main/cli.ts'),
    emptyOutDir: true,
    rolldownOptions: {
      external: [...builtinModules, /^node:/, ...Object.keys(manifest.dependencies)],
      output: { format: 'es', entryFileNames: 'longshore.js', banner: '#!/usr/bin/env node' },
    },
  },
});
