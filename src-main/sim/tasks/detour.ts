import { aboutZ, norm, sub, type Vec3 } from '../../core/pose';
import type { SceneObject } from '../../core/task';
import type { SceneBody, SimTask } from './task';

/**
 * A fence, open towards the arm: the straight way to the target leads into it and ends there. Metres: where its two
 * sides begin, where its back ends, how far its outer faces are from the middle, half its thickness, half its height.
 */
export const FENCE = { front: 0.24, back: 0.28, outer: 0.066, half: 0.004, height: 0.025 } as const;
const TOLERANCE = 0.02;
const RADIUS = 0.01;

const middle = (FENCE.front + FENCE.back) / 2;
const side = (name: string, y: number): SceneBody => ({
  name,
  shape: 'box',
  size: [(FENCE.back - FENCE.front) / 2, FENCE.half, FENCE.height],
  pos: [middle, y, FENCE.height],
});
const fence: readonly SceneBody[] = [
  side('fence.left', FENCE.outer - FENCE.half),
  side('fence.right', FENCE.half - FENCE.outer),
  {
    name: 'fence.back',
    shape: 'box',
    size: [FENCE.half, FENCE.outer - 2 * FENCE.half, FENCE.height],
    pos: [FENCE.back - FENCE.half, 0, FENCE.height],
  },
];

/**
 * Bring the tool point to a target behind a fence, past its left or its right. Both ways are equally good, and the mean
 * of the two ends in the fence: what separates policies that choose from policies that average.
 */
export const detour: SimTask = {
  spec: {
    id: 'detour',
    title: 'Detour',
    prompt: 'touch the target behind the fence, around its left or its right',
    environment: ['target.x', 'target.y', 'target.z', 'tool.to.target.x', 'tool.to.target.y', 'tool.to.target.z'],
    timeLimit: 7,
    objects: [
      ...fence.map((body): SceneObject => ({ ...body, color: '#8b8d98' })),
      { name: 'target', shape: 'sphere', size: [RADIUS], color: '#e5484d', marker: true },
    ],
  },
  bodies: fence,
  start(random) {
    // Nearly on the axis: where the target is says nothing about the side.
    const pos: Vec3 = [random.between(0.314, 0.328), random.between(-0.01, 0.01), 0.03];
    return { target: { pos, quat: aboutZ(0) } };
  },
  environment(view) {
    const target = view.pose('target').pos;
    return [...target, ...sub(target, view.tool.pos)];
  },
  restore: ([x = 0, y = 0, z = 0]) => ({ target: { pos: [x, y, z], quat: aboutZ(0) } }),
  met: (view) => norm(sub(view.pose('target').pos, view.tool.pos)) < TOLERANCE,
  dwell: 0.3,
};
