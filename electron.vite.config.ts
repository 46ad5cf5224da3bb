import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// Targets are the oldest runtime that the tests use (Electron 33: Node 20.18, Chrome 130), not the newest.
const node = 'node20.18';

export default defineConfig({
  main: {
    build: {
      target: node,
      rolldownOptions: {
        // The thread that scans and packs is looked for beside main.
        input: { main: resolve('src-main/main.ts'), 'archive-worker': resolve('src-main/archive/worker.ts') },
        output: { format: 'es' },
      },
    },
  },
  preload: {
    build: {
      target: node,
      // A sandboxed preload can require nothing but electron, so everything else is bundled into it.
      externalizeDeps: false,
      rolldownOptions: { input: { preload: resolve('src-main/preload.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'src-renderer',
    build: { target: 'chrome130', minify: true, rolldownOptions: { input: resolve('src-renderer/index.html') } },
    plugins: [react(), tailwindcss()],
  },
});
