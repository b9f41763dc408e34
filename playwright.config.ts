import { defineConfig } from '@playwright/test';

/** The real app in the real runtime; one at a time, because a window that is being driven must not share the machine. */
export default defineConfig({
  globalSetup: './scripts/lib/playwright-setup.mjs',
  testDir: 'test/e2e',
  testMatch: '**/*.{test,spec}.ts',
  workers: 1,
  fullyParallel: false,
  // For a computer many times slower than the one at hand: a test that hangs is rarer than a machine that is busy.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  outputDir: 'test-results',
});
