import { fault, toFault } from '../core/fault';
import type { EngineInfo } from '../core/learning';
import type { Policy } from '../core/policy';
import { loadPolicy } from './checkpoint';
import { type Engine, openEngine } from './engine';
import { hasForeignSpec } from './onnx/foreign-folder';
import { loadForeignPolicy } from './onnx/foreign-policy';
import { loadOnnxPolicy } from './onnx/onnx-policy';
import { RUNTIME } from './onnx/session';
import { warmUp } from './warm-up';

/** What runs a policy: the ONNX runtime, or one of the learning engines. `auto` takes the first that works. */
export type PolicyEngine = 'auto' | 'onnx' | 'native' | 'wasm';

export interface OpenedPolicy {
  readonly policy: Policy;
  readonly engine: EngineInfo;
}

const ONNX: EngineInfo = { kind: 'onnx', detail: RUNTIME };

/**
 * Opens any policy folder, warmed up. Ours are run from their `policy.onnx`, the very file that others run elsewhere; where it is
 * missing or damaged the learning engine computes the same, and the engine's tip says why. Policies made elsewhere have
 * nothing but their ONNX file. Throws as `loadPolicy` and `loadForeignPolicy` do.
 * @param learning gives the learning engine, opened once
 */
export async function openPolicyFolder(
  folder: string,
  want: PolicyEngine,
  learning: (want: 'auto' | 'native' | 'wasm') => Promise<Engine> = openEngine,
): Promise<OpenedPolicy> {
  if (await hasForeignSpec(folder)) {
    if (want === 'native' || want === 'wasm') {
      throw fault(
        'incompatible',
        'A policy made elsewhere runs in the ONNX runtime only',
        'Load it with engine "auto".',
      );
    }
    return warm(await loadForeignPolicy(folder), ONNX);
  }
  if (want === 'onnx') return warm(await loadOnnxPolicy(folder), ONNX);
  if (want !== 'auto') return learned(folder, await learning(want), null);
  try {
    return await warm(await loadOnnxPolicy(folder), ONNX);
  } catch (error) {
    return learned(folder, await learning('auto'), toFault(error).message);
  }
}

async function learned(folder: string, engine: Engine, why: string | null): Promise<OpenedPolicy> {
  const { kind, detail, tip } = engine.info;
  const told = why === null ? tip : `It does not run in the ONNX runtime (${why}), so the learning engine computes it.`;
  return warm(await loadPolicy(folder, engine), { kind, detail, ...(told && { tip: told }) });
}

/** The first calls are slow, and show whether it computes at all. */
async function warm(policy: Policy, engine: EngineInfo): Promise<OpenedPolicy> {
  try {
    await warmUp(policy);
    return { policy, engine };
  } catch (error) {
    policy.dispose();
    throw error;
  }
}
