import { aboutZ } from '../../core/pose';
import { type SimTask, yawOf } from './task';

export const PUSH_HALF = 0.018;
/** The cube's centre must come to rest this near to the disc's, metres. */
const TOLERANCE = 0.03;

/** Push a cube along the table onto a disc farther out. */
export const push: SimTask = {
  spec: {
    id: 'push',
    title: 'Push to target',
    prompt: 'push the cube onto the target',
    environment: [
      'cube.x',
      'cube.y',
      'cube.yaw.sin4',
      'cube.yaw.cos4',
      'target.x',
      'target.y',
      'tool.to.cube.x',
      'tool.to.cube.y',
      'tool.to.cube.z',
      'cube.to.target.x',
      'cube.to.target.y',
    ],
    timeLimit: 12,
    objects: [
      { name: 'target', shape: 'cylinder', size: [0.035, 0.0005], color: '#30a46c', marker: true },
      { name: 'cube', shape: 'box', size: [PUSH_HALF, PUSH_HALF, PUSH_HALF], color: '#3e63dd' },
    ],
  },
  bodies: [{ name: 'cube', shape: 'box', size: [PUSH_HALF, PUSH_HALF, PUSH_HALF], mass: 0.05, friction: 0.5 }],
  start(random) {
    // In front of where the tool starts, so that going down behind the cube is a short way.
    const cube = [random.between(0.21, 0.235), random.between(-0.05, 0.05)] as const;
    const yaw = random.between(-Math.PI / 4, Math.PI / 4);
    // Outward, within 26° of straight ahead, 6 to 8.5 cm on: cannot be met without pushing, stays within reach.
    const heading = random.between(-0.45, 0.45);
    const distance = random.between(0.06, 0.085);
    return {
      cube: { pos: [cube[0], cube[1], PUSH_HALF], quat: aboutZ(yaw) },
      target: {
        pos: [cube[0] + distance * Math.cos(heading), cube[1] + distance * Math.sin(heading), 0.0005],
        quat: aboutZ(0),
      },
    };
  },
  environment(view) {
    const { pos: c, quat } = view.pose('cube');
    const { pos: g } = view.pose('target');
    const t = view.tool.pos;
    const yaw = 4 * yawOf(quat);
    return [
      c[0],
      c[1],
      Math.sin(yaw),
      Math.cos(yaw),
      g[0],
      g[1],
      c[0] - t[0],
      c[1] - t[1],
      c[2] - t[2],
      g[0] - c[0],
      g[1] - c[1],
    ];
  },
  restore([x = 0, y = 0, sin = 0, cos = 1, goalX = 0, goalY = 0]) {
    return {
      cube: { pos: [x, y, PUSH_HALF], quat: aboutZ(Math.atan2(sin, cos) / 4) },
      target: { pos: [goalX, goalY, 0.0005], quat: aboutZ(0) },
    };
  },
  met(view) {
    const { pos: c } = view.pose('cube');
    const { pos: g } = view.pose('target');
    return Math.hypot(c[0] - g[0], c[1] - g[1]) < TOLERANCE && view.speed('cube') < 0.03;
  },
  dwell: 0.3,
};
