// Builds the app with electron-vite when a source is newer than what was built; otherwise costs milliseconds.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { SetupError, step } from './say.mjs';

const SOURCES = [
  'src-main',
  'src-renderer',
  'resources',
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'package-lock.json',
];
const out = join(root, 'out');
const stampPath = join(out, '.stamp');

/** Resolves to true when it built something. */
export async function buildIfStale({ force = false } = {}) {
  const stamp = fingerprint();
  if (!force && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return false;
  await step('Building the app', async () => {
    const script = join(modules, 'electron-vite', 'bin', 'electron-vite.js');
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
    const answer = await run(process.execPath, [script, 'build', '--logLevel', 'warn'], { env });
    if (answer.code !== 0) {
      throw new SetupError(
        `The app does not build:\n${lastLines(answer.err || answer.out, 30)}`,
        'npm run check shows every type error',
      );
    }
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(stampPath, stamp);
  return true;
}

/** Names, sizes and times of every source file, in one hash. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const facts = statSync(join(root, path), { throwIfNoEntry: false });
    if (!facts) return;
    if (facts.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(join(path, name));
    } else {
      hash.update(`${path}\0${facts.size}\0${facts.mtimeMs}\n`);
    }
  };
  for (const source of SOURCES) visit(source);
  return hash.digest('hex');
}
