import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '../../src-main/core/policy';
import type { Image, Observation } from '../../src-main/core/types';
import { loadPolicy } from '../../src-main/learner/checkpoint';
import { openEngine } from '../../src-main/learner/engine';
import { loadOnnxPolicy } from '../../src-main/learner/onnx/onnx-policy';
import { makeCheckpoint, observations, VARIANTS } from '../../test/learner/onnx/checkpoints';

export interface Timing {
  readonly policy: string;
  readonly engine: 'onnxruntime' | 'tfjs';
  /** Milliseconds a call, from observations in robot units with 640 × 480 pictures to actions in robot units. */
  readonly p50: number;
  readonly p99: number;
}

/** A webcam's picture: scaling it to the policy's size is part of the call. */
const webcam = (name: string): [string, Image] => {
  const data = new Uint8Array(640 * 480 * 3).map((_, i) => (i * 31) % 251);
  return [name, { width: 640, height: 480, data, t: 0 }];
};

async function time(policy: Policy, seen: readonly (readonly Observation[])[], calls: number): Promise<number[]> {
  for (let n = 0; n < 10; n++) await policy.act(seen[n % seen.length] ?? []);
  const taken: number[] = [];
  for (let n = 0; n < calls; n++) {
    const began = performance.now();
    await policy.act(seen[n % seen.length] ?? []);
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b);
}

/** Times every kind of policy as the pilot runs it (its ONNX file) and as the learning engine would. */
export async function measure(calls: number, report: (timing: Timing) => void): Promise<void> {
  const engine = await openEngine();
  const root = mkdtempSync(join(tmpdir(), 'understudy-act-'));
  try {
    for (const variant of VARIANTS) {
      const spec = await makeCheckpoint(engine, root, variant.name, variant);
      const images = Object.fromEntries(spec.observation.cameras.map(({ name }) => webcam(name)));
      const seen = [1, 2, 3, 4].map((seed) => observations(spec, seed).map((one) => ({ ...one, images })));
      const folder = join(root, variant.name);
      for (const [name, policy] of [
        ['onnxruntime', await loadOnnxPolicy(folder)],
        ['tfjs', await loadPolicy(folder, engine)],
      ] as const) {
        const taken = await time(policy, seen, calls);
        const at = (share: number): number => taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] ?? 0;
        report({ policy: variant.name, engine: name, p50: at(0.5), p99: at(0.99) });
        policy.dispose();
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
