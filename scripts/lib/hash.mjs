// Hashes of files, and a manifest that proves a cached folder is still what was put there.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readJson, writeJson } from './paths.mjs';

export async function hashFile(path, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest(encoding);
}

const NAME = 'manifest.json';

/** Writes down size, time and sha256 of `files` (relative to `folder`), with `facts` beside them. */
export async function writeManifest(folder, files, facts) {
  const entries = {};
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(folder, file));
    entries[file] = { size, mtimeMs, sha256: await hashFile(join(folder, file)) };
  }
  writeJson(join(folder, NAME), { ...facts, files: entries });
}

/** The manifest when every file is as it was written; sizes and times decide, a hash only when a time has changed. */
export async function checkManifest(folder) {
  const manifest = readJson(join(folder, NAME));
  if (!manifest?.files) return null;
  let touched = false;
  for (const [file, known] of Object.entries(manifest.files)) {
    let now;
    try {
      now = statSync(join(folder, file));
    } catch {
      return null;
    }
    if (now.size !== known.size) return null;
    if (now.mtimeMs === known.mtimeMs) continue;
    if ((await hashFile(join(folder, file))) !== known.sha256) return null;
    known.mtimeMs = now.mtimeMs;
    touched = true;
  }
  if (touched) writeJson(join(folder, NAME), manifest);
  return manifest;
}
