// Builds tfjs-node's native addon against TensorFlow's C library out of a Python wheel. Everything lands in one folder:
//   lib/napi-v8/tfjs_binding.node   deps/lib/libtensorflow…   deps/include/…
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, mayInstall } from './apt.mjs';
import { pipArguments, placeOf, wheelHere } from './engine-wheels.mjs';
import { hashFile } from './hash.mjs';
import { modules, needSpace } from './paths.mjs';
import { lastLines, run, watchFolder, which } from './run.mjs';
import { megabytes, SetupError, step } from './say.mjs';
import { unzip } from './zip.mjs';

export const addon = join('lib', 'napi-v8', 'tfjs_binding.node');

/** Builds the engine in `folder`; throws a SetupError with a tip when this machine cannot. */
export async function buildEngine(folder) {
  const wheel = wheelHere();
  if (!wheel) throw new SetupError(`no prebuilt TensorFlow library for ${process.platform} ${process.arch}`);
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    throw new SetupError('the prebuilt TensorFlow library needs glibc, and this system has another C library');
  }
  needSpace(1.3e9, 'The native learning engine');
  const compiler = await findCompiler();
  const pip = await findPip();
  const archive = await download(wheel, pip, join(folder, 'wheel'));
  await step(`Taking TensorFlow's C library out of the wheel`, async (progress) => {
    const place = (name) => {
      const path = placeOf(wheel, name);
      return path && join(folder, 'deps', path);
    };
    await unzip(archive, place, (bytes) => progress(megabytes(bytes)));
    rmSync(join(folder, 'wheel'), { recursive: true });
  });
  await step('Compiling the learning engine', () => compile(compiler, wheel, folder));
  const libraries = readdirSync(join(folder, 'deps'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(so|dylib)/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
  return { files: [addon, ...libraries], tensorflow: wheel.version, from: `${wheel.package} ${wheel.version}` };
}

async function findCompiler() {
  const known = () => (process.env.CXX && which(process.env.CXX)) || which('g++') || which('c++') || which('clang++');
  if (!known() && mayInstall()) await install(['g++'], 'a C++ compiler for the learning engine');
  const found = known();
  if (found) return found;
  throw new SetupError(
    'there is no C++ compiler',
    process.platform === 'darwin'
      ? 'xcode-select --install'
      : 'sudo apt-get install -y g++     (then: npm run setup -- --again)',
  );
}

async function findPip() {
  const known = async () => {
    for (const words of [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']]) {
      if (which(words[0]) && (await run(words[0], [...words.slice(1), '--version'])).code === 0) return words;
    }
    return null;
  };
  let found = await known();
  if (!found && mayInstall()) {
    await install(['python3-pip'], 'pip, which fetches the TensorFlow library');
    found = await known();
  }
  if (found) return found;
  throw new SetupError(
    'there is no pip to fetch the TensorFlow library with',
    'sudo apt-get install -y python3-pip     (then: npm run setup -- --again)',
  );
}

async function download(wheel, pip, folder) {
  mkdirSync(folder, { recursive: true });
  const name = `${wheel.package} ${wheel.version}`;
  return step(`Fetching ${name} with pip (${megabytes(wheel.bytes)})`, async (progress) => {
    const stop = watchFolder(folder, (size) =>
      progress(`${megabytes(Math.min(size, wheel.bytes))} of ${megabytes(wheel.bytes)}`),
    );
    // pip unpacks into the temporary folder: ours, so that progress can be seen and nothing is left behind.
    const env = { ...process.env, TMPDIR: folder };
    const answer = await run(pip[0], [...pip.slice(1), ...pipArguments(wheel, folder)], { env });
    stop();
    const file = readdirSync(folder).find((entry) => entry.endsWith('.whl'));
    if (answer.code !== 0 || !file) {
      throw new SetupError(
        `pip could not fetch ${name}:\n${lastLines(answer.err, 3)}`,
        'check the network and `pip config list`',
      );
    }
    progress('checking its hash');
    const path = join(folder, file);
    if ((await hashFile(path)) !== wheel.sha256) {
      throw new SetupError(`${file} is not the file it was when it was checked; nothing of it was used`);
    }
    progress(megabytes(wheel.bytes));
    return path;
  });
}

async function compile(compiler, wheel, folder) {
  const sources = join(modules, '@tensorflow', 'tfjs-node', 'binding');
  const output = join(folder, addon);
  mkdirSync(join(output, '..'), { recursive: true });
  const mac = process.platform === 'darwin';
  const { code, out, err } = await run(compiler, [
    ...['-std=c++17', '-O2', '-fPIC', '-w', '-DNAPI_VERSION=8'],
    ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    ...['-I', join(modules, 'node-api-headers', 'include'), '-I', join(folder, 'deps', 'include')],
    ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc')],
    ...wheel.libraries.map((library) => join(folder, 'deps', 'lib', library)),
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`,
    ...['-o', output],
  ]);
  if (code === 0 && existsSync(output)) return;
  throw new SetupError(`${compiler} could not compile the learning engine:\n${lastLines(err || out, 8)}`);
}
