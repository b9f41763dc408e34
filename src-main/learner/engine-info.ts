import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EngineInfo } from '../core/learning';

/** What a person is told when only the slower engine is there. */
export const NATIVE_TIP =
  'Run `npm run setup` to install the native learning engine: training is about ten times faster with it.';

const load = createRequire(__filename);

/**
 * Which engine a training would use, without loading it (that takes a second and 200 MB, which the app's main process
 * has no use for). What a training really runs on is in its progress.
 */
export async function describeEngine(): Promise<EngineInfo> {
  return nativeIsInstalled()
    ? { kind: 'native', detail: 'TensorFlow on the processor' }
    : { kind: 'wasm', detail: 'TensorFlow.js in WebAssembly on one core', tip: NATIVE_TIP };
}

function nativeIsInstalled(): boolean {
  try {
    const root = dirname(load.resolve('@tensorflow/tfjs-node/package.json'));
    return existsSync(join(root, 'lib', 'napi-v8', 'tfjs_binding.node'));
  } catch {
    return false;
  }
}
