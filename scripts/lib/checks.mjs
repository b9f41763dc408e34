// The static checks: types, Svelte, lint. Each counts as one test.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root } from './paths.mjs';
import { run } from './run.mjs';

const bin = (...parts) => [process.execPath, join(modules, ...parts)];
const tsc = (config) => [...bin('typescript', 'bin', 'tsc'), '--noEmit', '--pretty', 'false', '-p', config];

const CHECKS = [
  { name: 'types: main, tests', config: 'tsconfig.json', command: tsc('tsconfig.json') },
  { name: 'types: core without DOM', config: 'tsconfig.core-node.json', command: tsc('tsconfig.core-node.json') },
  { name: 'types: core without Node', config: 'tsconfig.core-dom.json', command: tsc('tsconfig.core-dom.json') },
  {
    name: 'types: renderer (svelte-check)',
    config: 'tsconfig.renderer.json',
    command: [
      ...bin('svelte-check', 'bin', 'svelte-check'),
      '--tsconfig',
      'tsconfig.renderer.json',
      '--output',
      'human',
      '--threshold',
      'error',
    ],
  },
  {
    name: 'lint and format (biome)',
    config: 'biome.json',
    command: [...bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--colors=off', '--max-diagnostics=50', '.'],
  },
];

/** Runs every check, one after the other; `report({ name, ok, ms, text })` after each. Resolves to { passed, failed }. */
export async function runChecks(report) {
  const count = { passed: 0, failed: 0 };
  for (const { name, config, command } of CHECKS) {
    const began = Date.now();
    const [program, ...args] = command;
    const answer = existsSync(join(root, config))
      ? await run(program, args)
      : { code: 1, out: `${config} is missing`, err: '' };
    const ok = answer.code === 0;
    if (ok) count.passed++;
    else count.failed++;
    report({ name, ok, ms: Date.now() - began, text: ok ? '' : `${answer.out}${answer.err}`.trim() });
  }
  return count;
}

export function printCheck({ name, ok, ms, text }) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${(ms / 1000).toFixed(1)} s)`);
  if (!ok) console.log(text);
}
