import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Builds the process that is measured as the product is built, with its thread beside it. Returns what runs it and what takes it away. */
export async function buildProduct(): Promise<{ readonly module: string; readonly remove: () => Promise<void> }> {
  const folder = resolve('out/bench-archive');
  const input = { product: resolve('bench/archive/product-process.ts'), 'archive-worker': resolve('src-main/archive/worker.ts') };
  await build({
    configFile: resolve('cli.vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, rolldownOptions: { input } },
  });
  return { module: join(folder, 'product.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
