// The native learning engine (TensorFlow under tfjs-node): found in the cache, fetched, built, or done without.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './apt.mjs';
import { buildEngine } from './engine-build.mjs';
import { fetchEngine } from './engine-official.mjs';
import { checkManifest, writeManifest } from './hash.mjs';
import { cache, modules, readJson, workFolder, writeJson } from './paths.mjs';
import { lastLines, run, which } from './run.mjs';
import { SetupError, say, step, tip } from './say.mjs';

/** What was found, for the app to show: { kind: 'native' | 'wasm', version, reason, tip? }. */
export const engineFile = join(cache, 'engine.json');

const home = join(modules, '@tensorflow', 'tfjs-node');
const version = () => readJson(join(home, 'package.json'))?.version ?? 'unknown';
const place = () => join(cache, 'engine', `tfjs-node-${version()}-${process.platform}-${process.arch}`);

/** Makes the best engine this machine can have ready. `again` retries what failed before. Never throws. */
export async function ensureEngine({ again = false } = {}) {
  const known = readJson(engineFile);
  if (process.env.UNDERSTUDY_ENGINE === 'wasm') {
    return { kind: 'wasm', version: version(), reason: 'UNDERSTUDY_ENGINE=wasm asks for it' };
  }
  const manifest = await checkManifest(place());
  if (manifest) {
    link(place());
    if (known?.kind === 'native' && known.version === version()) return known;
    return record({
      kind: 'native',
      version: version(),
      tensorflow: manifest.tensorflow,
      reason: `built from ${manifest.from}`,
    });
  }
  const means = fingerprint();
  if (!again && known?.kind === 'wasm' && known.means === means) return known;
  const failures = [];
  let advice;
  for (const rung of [fetchEngine, buildEngine]) {
    const work = workFolder('engine');
    try {
      const made = await rung(work);
      await prove(work);
      await writeManifest(work, made.files, { tensorflow: made.tensorflow, from: made.from });
      settle(work);
      link(place());
      return record({
        kind: 'native',
        version: version(),
        tensorflow: made.tensorflow,
        reason: `built from ${made.from}`,
      });
    } catch (error) {
      failures.push(error.message);
      say(`  ${error instanceof SetupError ? error.message : error.stack}`);
      advice = error.tip ?? advice;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  rmSync(join(home, 'lib'), { recursive: true, force: true });
  say('  NOTE: training will use WebAssembly, which works everywhere but is several times slower.');
  if (advice) tip(`for the fast engine: ${advice}`);
  return record({ kind: 'wasm', version: version(), reason: failures.join('; '), tip: advice, means });
}

function record(engine) {
  writeJson(engineFile, engine);
  return engine;
}

/** What decides whether building can succeed; while it stays the same a failed build is not tried again on every start. */
function fingerprint() {
  const facts = ['g++', 'c++', 'clang++', 'python3', 'pip3', 'pip', 'apt-get'].map((name) => which(name));
  return createHash('sha256')
    .update(JSON.stringify([...facts, isRoot(), version()]))
    .digest('hex')
    .slice(0, 16);
}

function settle(work) {
  rmSync(place(), { recursive: true, force: true });
  mkdirSync(join(place(), '..'), { recursive: true });
  renameSync(work, place());
}

/** tfjs-node looks for its addon in its own `lib` folder: that becomes a link into the cache. */
function link(folder) {
  const path = join(home, 'lib');
  const target = join(folder, 'lib');
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (kind?.isSymbolicLink() && readlinkSync(path) === target && existsSync(path)) return;
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path, 'junction');
}

/** Trains one step with what was built, in a process of its own. */
async function prove(folder) {
  await step('Trying the learning engine with one training step', async (progress) => {
    link(folder);
    const { code, out, err } = await run(process.execPath, ['-e', TRIAL], { limit: 120_000 });
    if (code !== 0)
      throw new SetupError(`the learning engine was built but does not run:\n${lastLines(err || out, 4)}`);
    progress(out.trim());
  });
}

// util.is… functions, which tfjs-node 4.22 calls, are gone from Node 23 on.
const TRIAL = `
const util = require('node:util');
util.isNullOrUndefined ??= (x) => x === null || x === undefined;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
model.fit(tf.ones([4, 2]), tf.ones([4, 1]), { verbose: 0 }).then((history) => {
  if (!Number.isFinite(history.history.loss[0]) || tf.getBackend() !== 'tensorflow') process.exit(1);
  console.log('TensorFlow ' + tf.version_core + ' on ' + tf.getBackend());
});
`;
