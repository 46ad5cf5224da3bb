import { defineConfig } from 'vitest/config';
import { SkippedReporter } from './scripts/skipped-reporter.ts';

/** Where `npm test` wants the report that it counts. */
const report = process.env['LONGSHORE_VITEST_REPORT'];
const counted: ['json', { outputFile: string }][] = report ? [['json', { outputFile: report }]] : [];

/** Everywhere, not only where CI is set: a test that runs alone hides all others. */
const allowOnly = false;

/** `unit` needs nothing but this checkout; `integration` boots practice servers, so its files run one after another. */
export default defineConfig({
  test: {
    reporters: ['default', new SkippedReporter(), ...counted],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src-main/**/*.test.ts',
            'src-renderer/**/*.test.{ts,tsx}',
            'sandbox/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.integration.test.ts', 'node_modules/**'],
          allowOnly,
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['src-main/**/*.integration.test.ts', 'sandbox/**/*.integration.test.ts', 'bench/**/*.integration.test.ts'],
          allowOnly,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
