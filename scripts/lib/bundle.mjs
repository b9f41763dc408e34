// Makes one file of a TypeScript entry and what it imports of ours, for benches and scripts that run our code outside
// the app. Packages stay outside and are found as ever, since the result lies below node_modules.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { modules, root } from './paths.mjs';

/** Resolves to the path of a CommonJS file; `entry` is relative to the checkout. */
export async function bundle(entry) {
  const { build } = await import('rolldown');
  const folder = join(modules, '.cache', 'understudy');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${basename(entry).replace(/\.ts$/, '')}.cjs`);
  await build({
    cwd: root,
    input: join(root, entry),
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && !id.startsWith(root),
    logLevel: 'warn',
    output: { file, format: 'cjs', codeSplitting: false },
  });
  return file;
}

/** Runs it in this process: resolves to what the entry exports. */
export async function load(entry) {
  const file = await bundle(entry);
  const require = createRequire(file);
  delete require.cache[file];
  return require(file);
}
