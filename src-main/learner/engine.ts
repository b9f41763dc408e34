import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fault, toFault } from '../core/fault';
import type { EngineInfo } from '../core/learning';
import { registerConvFilterGradient } from './conv-gradient';
import { NATIVE_TIP } from './engine-info';
import { restoreRemovedUtil } from './node-shim';

export type Tf = typeof import('@tensorflow/tfjs-core');

/** What computes: the same model code runs on each. One process uses one engine. */
export interface Engine {
  readonly info: EngineInfo;
  readonly tf: Tf;
}

/** Resolved at run time from node_modules: the native addon and the `.wasm` files cannot be bundled. */
const load = createRequire(__filename);

/**
 * Opens the fastest engine that works here: TensorFlow's native library, else its WebAssembly build.
 * Throws a `no-engine` fault when the wanted one cannot be had.
 */
export async function openEngine(want: 'auto' | 'native' | 'wasm' = 'auto'): Promise<Engine> {
  if (want === 'wasm') return openWasm('The slower engine was asked for; choose "auto" to use the fastest one.');
  try {
    return await openNative();
  } catch (error) {
    const why = firstLine(toFault(error).message);
    const tip = NATIVE_TIP;
    if (want === 'native') throw fault('no-engine', `The native learning engine does not load: ${why}`, tip, error);
    return openWasm(`${tip} (It does not load: ${why})`);
  }
}

async function openNative(): Promise<Engine> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  restoreRemovedUtil();
  await quietly(() => load('@tensorflow/tfjs-node'));
  const tf: Tf = load('@tensorflow/tfjs-core');
  await tf.setBackend('tensorflow');
  await tf.ready();
  const version = nativeVersion(load('@tensorflow/tfjs-node'));
  return { info: { kind: 'native', detail: `TensorFlow${version} on the processor` }, tf };
}

async function openWasm(tip: string): Promise<Engine> {
  try {
    // The whole of tfjs: it is what registers the gradients.
    await quietly(() => load('@tensorflow/tfjs'));
    const tf: Tf = load('@tensorflow/tfjs-core');
    const wasm: typeof import('@tensorflow/tfjs-backend-wasm') = load('@tensorflow/tfjs-backend-wasm');
    if (tf.getBackend() !== 'wasm') {
      if (!tf.engine().registryFactory.wasm) throw new Error('the WebAssembly backend did not register');
      wasm.setWasmPaths(`${dirname(load.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
      if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend did not start');
    }
    await tf.ready();
    registerConvFilterGradient(tf, 'wasm');
    return { info: { kind: 'wasm', detail: 'TensorFlow.js in WebAssembly on one core', tip }, tf };
  } catch (error) {
    throw fault(
      'no-engine',
      `No learning engine could be started: ${toFault(error).message}`,
      'Run `npm run setup` again; the package @tensorflow/tfjs-backend-wasm seems to be damaged.',
      error,
    );
  }
}

/** tfjs greets its users with a banner on the console, which would spoil `--json`. */
async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const { log, info, warn } = console;
  const silent = (): void => undefined;
  Object.assign(console, { log: silent, info: silent, warn: silent });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, info, warn });
  }
}

function nativeVersion(module: unknown): string {
  if (typeof module !== 'object' || module === null || !('version' in module)) return '';
  const { version } = module;
  if (typeof version !== 'object' || version === null || !('tensorflow' in version)) return '';
  return ` ${String(version.tensorflow)}`;
}

const firstLine = (text: string): string => text.split('\n')[0]?.trim() ?? text;
