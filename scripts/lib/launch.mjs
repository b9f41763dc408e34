// The command that opens the app (or any app folder) in the Electron runtime that set-up found.
import { statfsSync } from 'node:fs';
import { findElectron } from './electron.mjs';
import { engineFile } from './engine.mjs';
import { root } from './paths.mjs';
import { SetupError } from './say.mjs';
import { sandbox } from './system.mjs';

const SMALL_SHM = 256e6;

/**
 * Resolves to { command, args, env, version, kind, notes }: spawn `command` with `args` then your own arguments.
 * `switches` alone are the Chromium switches this machine needs, for launchers that add the folder themselves.
 * `trusted: true` (tests of our own pages) goes on without a sandbox where none is possible; a person's start does not.
 */
export async function electronCommand({ folder = root, trusted = false } = {}) {
  const electron = findElectron();
  if (!electron) throw new SetupError('There is no Electron runtime yet.', 'npm run setup');
  const switches = [];
  const notes = [];
  const box = await sandbox(electron.path);
  if (!box.ok) {
    if (!box.asRoot && !trusted) throw new SetupError(`Electron cannot start: ${box.reason}.`, box.tip);
    switches.push('--no-sandbox');
    notes.push(`running without Chromium's sandbox (--no-sandbox): ${box.reason}`);
  }
  if (smallSharedMemory()) switches.push('--disable-dev-shm-usage');
  return {
    command: electron.path,
    switches,
    args: [...switches, folder],
    env: { UNDERSTUDY_ENGINE_FILE: engineFile },
    version: electron.version,
    kind: electron.kind,
    notes,
  };
}

/** Containers often have 64 MB of /dev/shm, too little for Chromium. */
function smallSharedMemory() {
  if (process.platform !== 'linux') return false;
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return blocks * bsize < SMALL_SHM;
  } catch {
    return true;
  }
}
