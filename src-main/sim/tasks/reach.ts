import { aboutZ, norm, sub, type Vec3 } from '../../core/pose';
import type { SimTask } from './task';

/** The marker, and how near the tool point must come to its centre, metres. */
const RADIUS = 0.008;
const TOLERANCE = 0.02;

/** About where the tool point is at the start, and how far from there every marker is, so that luck is not enough. */
const HOME: Vec3 = [0.188, 0, 0.087];
const AWAY = 0.07;

/** Bring the tool point to a marker somewhere in front of the arm. */
export const reach: SimTask = {
  spec: {
    id: 'reach',
    title: 'Reach',
    prompt: 'touch the target with the gripper',
    environment: ['target.x', 'target.y', 'target.z', 'tool.to.target.x', 'tool.to.target.y', 'tool.to.target.z'],
    timeLimit: 8,
    objects: [{ name: 'target', shape: 'sphere', size: [RADIUS], color: '#e5484d', marker: true }],
  },
  bodies: [],
  start(random) {
    // A slice of a hollow cylinder about the base axis: everywhere reachable with the gripper pointing down-forward.
    let pos: Vec3;
    do {
      const radius = random.between(0.18, 0.3);
      const angle = random.between(-0.7, 0.7);
      pos = [radius * Math.cos(angle), radius * Math.sin(angle), random.between(0.05, 0.2)];
    } while (norm(sub(pos, HOME)) < AWAY);
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
