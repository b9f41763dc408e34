#!/usr/bin/env node
// npx understudy …: the command line, from a checkout. All set-up chatter goes to stderr; stdout is the command's own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { main } from './lib/say.mjs';
import { setUp } from './setup.mjs';

const LEARNING = new Set(['demo', 'train', 'run', 'eval', 'improve', 'export', 'bench']);

await main(async () => {
  const args = process.argv.slice(2);
  const command = args.find((word) => !word.startsWith('-')) ?? '';
  const helpOnly = args.includes('--help') || args.includes('-h');
  await setUp({ need: { engine: LEARNING.has(command) && !helpOnly } });
  await buildIfStale();
  const { engineFile } = await import('./lib/engine.mjs');
  const env = { ...process.env, UNDERSTUDY_ENGINE_FILE: engineFile };
  const child = spawn(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...args], { env, stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; only the command decides when it is over.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => done(status ?? (signal === 'SIGINT' ? 130 : 1)));
  });
});
