import { defineConfig } from '@playwright/test';

/** Specs drive the real app, each with a fresh data folder. One at a time: they share a screen and practice servers. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  // No second try: a spec that passes only then has found something.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
});
