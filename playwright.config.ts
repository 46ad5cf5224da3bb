import { defineConfig } from '@playwright/test';

/** Specs drive the real app, each with a fresh data folder. One at a time: they share a screen and practice servers. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  // Two cores carry the app, its screen and the servers. What passes at the second try only is named at the end of the run: it has found something.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
});
