import { Random } from '../../../src-main/core/random';
import type { Ground, Rollout } from '../../../src-main/learner/rl/ground';
import { fakeDataset } from '../fake-dataset';
import { toyRow } from './toy';

const ROWS = 12;
/** The joint moves no further in a row. */
const STEP = 0.12;

/** Where a start puts the joint, and where it is to go. */
function startOf(start: number): { x: number; goal: number } {
  const random = new Random(start);
  return { x: random.between(-0.1, 0.1), goal: random.between(-0.6, 0.6) };
}

/** A joint without mass is to stand at its goal after twelve rows. */
export function toyGround(tolerance = 0.12): Ground & { readonly starts: number[] } {
  const starts: number[] = [];
  return {
    starts,
    async tryOut(spec, act, start): Promise<Rollout> {
      starts.push(start);
      let { x, goal } = startOf(start);
      const rows = [];
      let plan: readonly (readonly number[])[] = [];
      for (let k = 0; k < ROWS; k++) {
        if (k % spec.execute === 0) plan = await act([{ t: k / spec.rate, joints: [x], environment: [goal] }]);
        const wanted = plan[k % spec.execute]?.[0] ?? x;
        const to = x + Math.max(-STEP, Math.min(STEP, wanted - x));
        rows.push(toyRow(x, to, goal));
        x = to;
      }
      return { start, rows, success: Math.abs(x - goal) < tolerance, task: 'go there' };
    },
    close: async () => undefined,
  };
}

/** Somebody who always stops short of the goal: far goals are missed. */
export function shortDemonstrations(count: number) {
  const random = new Random(7);
  const episodes = Array.from({ length: count }, () => {
    const goal = random.between(-0.6, 0.6);
    let x = random.between(-0.1, 0.1);
    const rows = [];
    for (let k = 0; k < ROWS; k++) {
      const to = x + Math.max(-STEP, Math.min(STEP, 0.8 * goal - x));
      rows.push(toyRow(x, to, goal, 'expert'));
      x = to;
    }
    return { rows, success: true, task: 'go there' };
  });
  const joints = [{ name: 'x', unit: 'rad' as const }];
  return fakeDataset(episodes, { robot: 'toy', joints, environment: ['goal'], fps: 10 });
}
