// What Electron needs from a Linux system: shared libraries, and a kernel that lets its sandbox work.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { install, isRoot, mayInstall } from './apt.mjs';
import { cache, readJson, writeJson } from './paths.mjs';
import { run, which } from './run.mjs';
import { SetupError, say, tip } from './say.mjs';

const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'];
const stampPath = join(cache, 'system.json');

/** Checks that the executable finds every shared library; installs or names what is missing. */
export async function ensureLibraries(executable) {
  if (process.platform !== 'linux') return;
  const stamp = `${executable} ${timeOf(executable)} ${timeOf('/var/lib/dpkg/status')}`;
  if (readJson(stampPath)?.libraries === stamp) return;
  let missing = await missingLibraries(executable);
  if (missing.length > 0) {
    await install(LIBRARIES, `Electron misses ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}`);
    missing = await missingLibraries(executable);
  }
  if (missing.length > 0) {
    throw new SetupError(
      `Electron still misses these system libraries: ${missing.join(', ')}`,
      'find the package that holds them with `apt-file search <name>` and install it',
    );
  }
  const now = `${executable} ${timeOf(executable)} ${timeOf('/var/lib/dpkg/status')}`;
  writeJson(stampPath, { libraries: now });
}

async function missingLibraries(executable) {
  const { code, out } = await run('ldd', [executable]);
  if (code !== 0) return [];
  return [...out.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
}

/** Makes sure a virtual display can be started where there is no real one. Resolves to true when there is some display. */
export async function ensureDisplay() {
  if (hasDisplay() || which('Xvfb')) return true;
  if (!mayInstall()) {
    say('No display, and no Xvfb to stand in for one: the window cannot open here.');
    tip('sudo apt-get install -y xvfb xauth     (or, without any window: npx understudy demo)');
    return false;
  }
  await install(['xvfb', 'xauth'], 'there is no display: Xvfb makes a virtual one');
  return which('Xvfb') !== null;
}

export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Can Chromium's sandbox work here? { ok, reason?, tip? } */
export async function sandbox(executable) {
  if (process.platform !== 'linux') return { ok: true };
  if (isRoot()) return { ok: false, reason: 'you are root, and Chromium refuses to sandbox root', asRoot: true };
  const helper = join(dirname(executable), 'chrome-sandbox');
  if (existsSync(helper)) {
    const { uid, mode } = statSync(helper);
    if (uid === 0 && (mode & 0o7777) === 0o4755) return { ok: true };
  }
  const { code } = await run('unshare', ['--user', '--map-root-user', 'true']);
  if (code === 0 || code === 127) return { ok: true };
  return {
    ok: false,
    reason: restricted()
      ? 'this system (Ubuntu 24.04 or later) restricts unprivileged user namespaces with AppArmor'
      : 'this system does not allow unprivileged user namespaces',
    tip: `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'     (once; or weaker, for one start: npm start -- --no-sandbox)`,
  };
}

function restricted() {
  try {
    return readFileSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

function timeOf(path) {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
