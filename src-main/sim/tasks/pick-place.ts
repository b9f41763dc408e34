import type { Vec3 } from '../../core/pose';
import { aboutZ, rotate, sub } from '../../core/pose';
import type { SceneObject } from '../../core/task';
import { type SceneBody, type SimTask, yawOf } from './task';

export const PICK_HALF = 0.0125;
/** Centre of the tray's floor, metres; its inside is a square of twice `TRAY_HALF`. */
export const TRAY: Vec3 = [0.2, 0.13, 0];
export const TRAY_HALF = 0.045;
const FLOOR = 0.0015;
const WALL = { half: 0.002, height: 0.0075 };

const side = (name: string, size: readonly number[], pos: Vec3): SceneBody => ({ name, shape: 'box', size, pos });
const outer = TRAY_HALF + WALL.half;
const tray: readonly SceneBody[] = [
  side('tray.floor', [TRAY_HALF, TRAY_HALF, FLOOR], [TRAY[0], TRAY[1], FLOOR]),
  side('tray.front', [WALL.half, outer + WALL.half, WALL.height], [TRAY[0] + outer, TRAY[1], WALL.height]),
  side('tray.back', [WALL.half, outer + WALL.half, WALL.height], [TRAY[0] - outer, TRAY[1], WALL.height]),
  side('tray.left', [TRAY_HALF, WALL.half, WALL.height], [TRAY[0], TRAY[1] + outer, WALL.height]),
  side('tray.right', [TRAY_HALF, WALL.half, WALL.height], [TRAY[0], TRAY[1] - outer, WALL.height]),
];
const cubeSize = [PICK_HALF, PICK_HALF, PICK_HALF];

/** Pick up the cube and put it in the tray. */
export const pickPlace: SimTask = {
  spec: {
    id: 'pick-place',
    title: 'Pick and place',
    prompt: 'pick up the cube and put it in the tray',
    environment: [
      'cube.x',
      'cube.y',
      'cube.z',
      'tool.to.cube.x',
      'tool.to.cube.y',
      'tool.to.cube.z',
      // The cube as seen from the jaws: how far out along the way they open, how far to their left, how it is turned.
      'jaw.to.cube.out',
      'jaw.to.cube.left',
      'jaw.to.cube.yaw.sin4',
      'jaw.to.cube.yaw.cos4',
    ],
    timeLimit: 18,
    objects: [
      ...tray.map((b): SceneObject => ({ ...b, color: '#8b8d98' })),
      { name: 'cube', shape: 'box', size: cubeSize, color: '#f76b15' },
    ],
  },
  bodies: [...tray, { name: 'cube', shape: 'box', size: cubeSize, mass: 0.03, friction: 1 }],
  start(random) {
    const pos: Vec3 = [random.between(0.175, 0.24), random.between(-0.1, 0.03), PICK_HALF];
    // Turned by up to 35° against the arm's own direction: at 45° two ways of gripping it would be equally good.
    const yaw = Math.atan2(pos[1], pos[0]) + random.between(-0.6, 0.6);
    return { cube: { pos, quat: aboutZ(yaw) } };
  },
  environment(view) {
    const { pos: c, quat } = view.pose('cube');
    const { pos: t, quat: hand } = view.tool;
    const [x, y, z] = sub(c, t);
    const opens = rotate(hand, [0, 0, 1]);
    const facing = Math.atan2(opens[1], opens[0]);
    const [cos, sin] = [Math.cos(facing), Math.sin(facing)];
    const yaw = 4 * (yawOf(quat) - facing);
    return [...c, x, y, z, x * cos + y * sin, y * cos - x * sin, Math.sin(yaw), Math.cos(yaw)];
  },
  restore([cx = 0, cy = 0, cz = PICK_HALF, x = 0, y = 0, , out = 0, left = 0, sin = 0, cos = 1]) {
    const facing = Math.atan2(y, x) - Math.atan2(left, out);
    return { cube: { pos: [cx, cy, cz], quat: aboutZ(Math.atan2(sin, cos) / 4 + facing) } };
  },
  met(view) {
    const { pos: c } = view.pose('cube');
    const inside = Math.abs(c[0] - TRAY[0]) < TRAY_HALF && Math.abs(c[1] - TRAY[1]) < TRAY_HALF && c[2] < 0.03;
    const t = view.tool.pos;
    const away = Math.hypot(c[0] - t[0], c[1] - t[1], c[2] - t[2]) > 0.03;
    return inside && away && view.opening > 0.25 && view.speed('cube') < 0.02;
  },
  dwell: 0.3,
};
