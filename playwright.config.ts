import { defineConfig } from '@playwright/test';

/** The real app in the real runtime; one at a time, because a window that is being driven must not share the machine. */
export default defineConfig({
  globalSetup: './scripts/lib/playwright-setup.mjs',
  testDir: 'test/e2e',
  testMatch: '**/*.{test,spec}.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  outputDir: 'test-results',
});
