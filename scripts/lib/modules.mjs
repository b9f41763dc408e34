// The JavaScript packages: installed exactly as package-lock.json says, and again only when it changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, readJson, root } from './paths.mjs';
import { firstLines, npm } from './run.mjs';
import { SetupError, step } from './say.mjs';

const stampPath = join(modules, '.understudy-stamp');

/** Makes node_modules match package-lock.json. Resolves to true when something was installed. */
export async function ensureModules() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return false;
  if (alreadyMatches(JSON.parse(lock))) {
    writeFileSync(stampPath, stamp);
    return false;
  }
  await step('Installing JavaScript packages (npm ci; no install script runs)', async (progress) => {
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    let answer = await npm(['ci', ...flags]);
    if (answer.code !== 0 && answer.err.includes('EUSAGE')) {
      // npm ci refuses a lockfile written where the registry lacked other platforms' packages; the versions still hold.
      progress('the lockfile is incomplete; npm install --no-save');
      answer = await npm(['install', '--no-save', ...flags]);
    }
    if (answer.code === 0) return;
    throw new SetupError(
      `npm could not install the packages:\n${firstLines(answer.err || answer.out)}`,
      'check the network and `npm config get registry`, then run the same command again',
    );
  });
  writeFileSync(stampPath, stamp);
  return true;
}

/** True when somebody ran `npm install` by hand and every package already has the locked version. */
function alreadyMatches(lock) {
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  if (!installed) return false;
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === '') continue;
    const found = installed[path];
    if (!found && wanted.optional) continue;
    if (found?.version !== wanted.version || !existsSync(join(root, path, 'package.json'))) return false;
  }
  return Object.keys(installed).every((path) => path in lock.packages);
}
