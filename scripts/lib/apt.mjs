// Debian and Ubuntu packages: installed when we may, named in a line to copy when we may not.

import { lastLines, run, which } from './run.mjs';
import { SetupError, say, step } from './say.mjs';

const quiet = () => ({ ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
let updated = false;

export const isRoot = () => process.getuid?.() === 0;
export const mayInstall = () => isRoot() && which('apt-get') !== null;

/** A command the person can paste; names of other distributions are theirs to translate. */
export function installLine(packages) {
  if (which('apt-get')) return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return `install what your distribution calls: ${packages.join(', ')}`;
}

/** Installs Debian packages; throws a SetupError naming them where that is not possible. */
export async function install(packages, why) {
  if (!mayInstall()) {
    throw new SetupError(`${why}: these system packages are missing: ${packages.join(', ')}`, installLine(packages));
  }
  await step(`Installing system packages (${why})`, async (progress) => {
    if (!updated) {
      progress('apt-get update');
      const update = await run('apt-get', ['update', '-q'], { env: quiet() });
      if (update.code !== 0) say(`  apt-get update had trouble; trying the install all the same`);
      updated = true;
    }
    const names = [];
    for (const name of packages) names.push(await presentName(name));
    progress(names.join(' '));
    const args = ['install', '-y', '-q', '--no-install-recommends', ...names];
    const { code, out, err } = await run('apt-get', args, { env: quiet() });
    if (code === 0) return;
    throw new SetupError(`apt-get could not install ${names.join(' ')}:\n${lastLines(err || out)}`, installLine(names));
  });
}

/** Ubuntu 24.04 and Debian 13 renamed some libraries for 64-bit time: libgtk-3-0 became libgtk-3-0t64. */
async function presentName(name) {
  if (!/^lib.*\d$/.test(name)) return name;
  const { code, out } = await run('apt-cache', ['show', '--no-all-versions', `${name}t64`]);
  return code === 0 && out.includes('Package:') ? `${name}t64` : name;
}
