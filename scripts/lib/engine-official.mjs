// tfjs-node's own install step: fetches Google's prebuilt library and addon. Moved out of node_modules afterwards.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { modules, readJson } from './paths.mjs';
import { unreachable } from './probe.mjs';
import { folderSize, lastLines, run, watchFolder } from './run.mjs';
import { megabytes, SetupError, step } from './say.mjs';

const LIMIT = 10 * 60_000;
const home = join(modules, '@tensorflow', 'tfjs-node');

/** Fills `folder` with lib/ and deps/; throws a SetupError when the host is blocked or the install step fails. */
export async function fetchEngine(folder) {
  const host = process.env.TFJS_NODE_CDN_STORAGE ?? readJson(join(home, 'package.json')).binary.host;
  const blocked = await unreachable(host);
  if (blocked) throw new SetupError(`tfjs-node's own download host cannot be reached (${blocked})`);
  for (const name of ['lib', 'deps']) rmSync(join(home, name), { recursive: true, force: true });
  try {
    await step('Fetching the learning engine (official tfjs-node build)', async (progress) => {
      const stop = watchFolder(join(home, 'deps'), (bytes) => progress(`${megabytes(bytes)} unpacked`));
      const PATH = [join(modules, '.bin'), process.env.PATH].join(delimiter);
      const env = { ...process.env, PATH, npm_config_napi_build_version: '' };
      const { code, out, err } = await run(process.execPath, ['scripts/install.js'], { cwd: home, env, limit: LIMIT });
      stop();
      const versions = existsSync(join(home, 'lib')) ? readdirSync(join(home, 'lib')) : [];
      if (code !== 0 || versions.length === 0) {
        throw new SetupError(`tfjs-node's own install step failed:\n${lastLines(err || out, 4)}`);
      }
      progress(`${megabytes(folderSize(join(home, 'deps')))} unpacked`);
      for (const name of ['lib', 'deps'])
        cpSync(join(home, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
    });
  } finally {
    for (const name of ['lib', 'deps']) rmSync(join(home, name), { recursive: true, force: true });
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(node|so|dylib|dll)/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
  return { files, tensorflow: 'official', from: 'tfjs-node' };
}
