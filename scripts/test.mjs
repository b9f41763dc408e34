#!/usr/bin/env node
// npm test: everything, from a bare checkout to one last line: `N passed, N failed`.
//   --unit  static checks and vitest only      --e2e  Playwright only      --only <pattern>  tests whose name matches
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from './lib/build.mjs';
import { printCheck, runChecks } from './lib/checks.mjs';
import { electronCommand } from './lib/launch.mjs';
import { modules, readJson, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { main, SetupError, say, seconds, tip } from './lib/say.mjs';
import { setUp, summary } from './setup.mjs';

const args = process.argv.slice(2);
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
const wanted = { unit: !args.includes('--e2e'), e2e: !args.includes('--unit') };
const folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
const times = [];
const total = { passed: 0, failed: 0 };

async function stage(name, work) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const count = { passed: 0, failed: 0 };
  try {
    Object.assign(count, await work());
  } catch (error) {
    count.failed++;
    say(error instanceof SetupError ? error.message : error.stack);
    if (error.tip) tip(error.tip);
  }
  total.passed += count.passed;
  total.failed += count.failed;
  times.push(`${name} ${seconds(Date.now() - began)}`);
  return count.failed === 0;
}

async function vitest() {
  const report = join(folder, 'vitest.json');
  const script = join(modules, 'vitest', 'vitest.mjs');
  const flags = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(only ? ['-t', only] : []),
  ];
  const { code } = await run(process.execPath, [script, ...flags], { show: true, env: await testEnv() });
  const result = readJson(report);
  if (!result) return { failed: 1 };
  // A file that fails before its first test has no tests to count: it counts as one.
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  );
  const failed = result.numFailedTests + broken.length;
  return { passed: result.numPassedTests, failed: failed || (code === 0 ? 0 : 1) };
}

async function playwright() {
  const tests = readdirSync(join(root, 'test'), { recursive: true }).filter((name) =>
    /e2e.*\.(spec|test)\.ts$/.test(String(name)),
  );
  if (tests.length === 0) throw new SetupError('There is no end-to-end test in test/e2e.');
  const report = join(folder, 'playwright.json');
  const script = join(modules, '@playwright', 'test', 'cli.js');
  const flags = ['test', '--reporter=list,json', ...(only ? ['-g', only] : [])];
  const env = { ...(await testEnv()), PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const { code } = await run(process.execPath, [script, ...flags], { show: true, env });
  const result = readJson(report);
  if (!result) return { failed: 1 };
  const { expected, unexpected, flaky } = result.stats;
  const failed = unexpected + (result.errors?.length ?? 0);
  return { passed: expected + flaky, failed: failed || (code === 0 ? 0 : 1) };
}

/** Integration tests start the runtime as plain Node by this name; end-to-end tests get theirs from Playwright's set-up. */
async function testEnv() {
  const { command, args, env } = await electronCommand({ trusted: true });
  return {
    ...process.env,
    ...env,
    UNDERSTUDY_ELECTRON: command,
    UNDERSTUDY_ELECTRON_ARGS: JSON.stringify(args),
    VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
  };
}

await main(async () => {
  try {
    const ready = await stage('set-up', async () => {
      const got = await setUp({ need: { electron: true, engine: true, display: wanted.e2e } });
      say(`  ${summary(got)}`);
      for (const note of (await electronCommand({ trusted: true })).notes) say(`  ${note}`);
    });
    if (ready) {
      const built = await stage('build', async () => void (await buildIfStale()));
      if (wanted.unit && !only) await stage('static checks', () => runChecks(printCheck));
      if (wanted.unit) await stage('unit and integration tests', vitest);
      if (wanted.e2e && built) await stage('end-to-end tests', playwright);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${times.join(' · ')}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});
