import type { Policy } from '../core/policy';
import type { Image } from '../core/types';

/** A few calls for nothing: the first ones compile kernels and would come too late for a moving arm. */
export async function warmUp(policy: Policy, calls = 3): Promise<void> {
  const { joints, environment, cameras } = policy.spec.observation;
  const images: Record<string, Image> = {};
  for (const { name, width, height } of cameras)
    images[name] = { width, height, data: new Uint8Array(width * height * 3), t: 0 };
  const seen = { t: 0, joints: joints.map(() => 0), environment: environment.map(() => 0), images };
  for (let i = 0; i < calls; i++) await policy.act([seen]);
  policy.reset();
}
