// Reach, grasp and carry, kinematic: a gripper point with lag and a speed limit, blocks that are carried when the fingers
// close around them. Three tasks with three meanings of an action: positions, differences, positions in millimetres.
import { add, clip, Hand, length, seeded, sub, toward } from './random.mjs';

class Grasper {
  constructor(seed) {
    const r = seeded(seed);
    this.random = r;
    this.hand = [r.between(0.1, 0.2), r.between(-0.1, 0.1), r.between(0.12, 0.2)];
    this.opening = 1;
    this.holds = false;
    this.command = this.hand;
    this.person = new Hand(r, 0.0025, 3);
    this.phase = 0;
    this.waited = 0;
    this.t = 0;
    this.ok = false;
  }
  block(y0, y1, z = 0.02) {
    return [this.random.between(0.2, 0.38), this.random.between(y0, y1), z];
  }
  floor() {
    return 0.02;
  }
  move(target, grip) {
    const dt = 1 / this.fps;
    const moved = toward(
      [0, 0, 0],
      sub(target, this.hand).map((v) => v * (1 - Math.exp(-dt / 0.08))),
      0.35 * dt,
    );
    const next = add(this.hand, moved);
    next[2] = Math.max(0.01, next[2]);
    const step = sub(next, this.hand);
    this.hand = next;
    const before = this.opening;
    this.opening += clip(clip(grip, 0, 1) - this.opening, -3 * dt, 3 * dt);
    const [x, y, z] = sub(this.object, this.hand);
    const around = Math.max(Math.abs(x), Math.abs(y)) < this.tolerance && Math.abs(z) < 0.018;
    this.holds = this.holds ? this.opening < 0.55 : around && this.opening < 0.4 && before >= 0.4;
    if (this.holds) this.object = add(this.object, step);
    else this.object = [this.object[0], this.object[1], Math.max(this.floor(), this.object[2] - 0.5 * dt)];
    this.t++;
  }
  /** Goes on to the next phase when `done` has held for some rows. */
  proceed(done, rows) {
    this.waited = done ? this.waited + 1 : 0;
    if (this.waited <= rows) return;
    this.phase++;
    this.waited = 0;
  }
  /** Waypoints of grasping, lifting and letting go over `place`. */
  waypoints(here, place, over) {
    const { misses } = this.person;
    const lift = [here[0], here[1], 0.15];
    return [
      add(add(this.object, [0, 0, 0.07]), misses[0], 2),
      add(this.object, misses[1], 0.6),
      add(this.object, misses[1], 0.6),
      lift,
      add(add(place, [0, 0, over + 0.07]), misses[2]),
      add(add(place, [0, 0, over]), misses[3], 0.5),
      here,
      lift,
    ];
  }
}

export class Lift extends Grasper {
  static title = 'lift';
  static text = 'grasp the block and lift it';
  static state = ['x', 'y', 'z', 'gripper', 'block_x', 'block_y', 'block_z'];
  static action = ['x', 'y', 'z', 'gripper'];
  static limit = 160;
  fps = 20;
  tolerance = 0.014;
  constructor(seed) {
    super(seed);
    this.object = this.block(-0.2, 0.2);
  }
  observe() {
    return [...this.hand, this.opening, ...this.object];
  }
  step(a) {
    this.move(a.slice(0, 3), a[3]);
    this.ok ||= this.object[2] > 0.1;
  }
  expert() {
    const p = this.person;
    const goal = this.waypoints(this.command, this.object, 0)[Math.min(this.phase, 3)];
    if (this.t > p.pause) this.command = toward(this.command, goal, (0.25 * p.pace) / this.fps);
    const there = length(sub(this.command, goal)) < 0.004 && length(sub(this.hand, goal)) < 0.012;
    const grip = this.phase >= 2 ? 0 : 1;
    this.proceed(this.phase === 2 ? this.opening < 0.3 : there, 2);
    return [...add(this.command, p.tremble(), 0.5), grip];
  }
}

/** Differences −1..1 of 4 cm a row, gripper −1 (open) or 1; ten rows a second. */
export class PickPlace extends Grasper {
  static title = 'pick-place';
  static text = 'put the block onto the mark';
  static state = ['ee.x', 'ee.y', 'ee.z', 'opening', 'block.x', 'block.y', 'block.z', 'mark.x', 'mark.y'];
  static action = ['dx', 'dy', 'dz', 'grip'];
  static limit = 130;
  fps = 10;
  tolerance = 0.016;
  constructor(seed) {
    super(seed);
    this.object = this.block(-0.2, 0);
    this.mark = this.block(0.08, 0.22);
  }
  observe() {
    return [...this.hand, this.opening, ...this.object, this.mark[0], this.mark[1]];
  }
  step(a) {
    const gain = 0.04 / (1 - Math.exp(-0.1 / 0.08));
    this.move(
      add(
        this.hand,
        a.slice(0, 3).map((v) => clip(v, -1, 1)),
        gain,
      ),
      (1 - a[3]) / 2,
    );
    const [x, y] = sub(this.object, this.mark);
    this.ok ||= Math.hypot(x, y) < 0.03 && !this.holds && this.object[2] < 0.025 && this.opening > 0.5;
  }
  expert() {
    const { pace, pause } = this.person;
    const { phase } = this;
    const goal = this.waypoints(this.hand, this.mark, 0.012)[Math.min(phase, 7)];
    const distance = length(sub(goal, this.hand));
    const d = add(toward([0, 0, 0], sub(goal, this.hand), 0.025 * pace), this.person.tremble(), 0.6);
    const risen = { 3: 0.11, 7: 0.09 }[phase];
    const fingers = phase === 2 ? this.opening < 0.3 : phase === 6 ? this.opening > 0.7 : null;
    const done = fingers ?? (risen ? this.hand[2] > risen : distance < (phase === 1 ? 0.008 : 0.012));
    this.proceed(done, 0);
    const still = this.t <= pause / 2 || phase > 7;
    return [...d.map((v) => (still ? 0 : clip(v / 0.04, -1, 1))), phase >= 2 && phase < 6 ? 1 : -1];
  }
}

/** Millimetres and percent; another block lies about and plays no part. */
export class Stack extends Grasper {
  static title = 'stack';
  static text = 'put the red block onto the green one';
  static state = ['g', 'px', 'py', 'pz', 'o1x', 'o1y', 'o2x', 'o2y', 'o2z', 'o3x', 'o3y', 'o3z'];
  static action = ['g', 'px', 'py', 'pz'];
  static limit = 330;
  fps = 30;
  tolerance = 0.014;
  constructor(seed) {
    super(seed);
    this.object = this.block(-0.2, -0.03);
    this.base = this.block(0.04, 0.2);
    this.other = this.block(-0.25, 0.25);
  }
  floor() {
    const [x, y] = sub(this.object, this.base);
    return Math.hypot(x, y) < 0.018 && this.object[2] > 0.045 ? 0.06 : 0.02;
  }
  observe() {
    const mm = (v) => v * 1000;
    return [
      this.opening * 100,
      ...this.hand.map(mm),
      mm(this.other[0]),
      mm(this.other[1]),
      ...this.base.map(mm),
      ...this.object.map(mm),
    ];
  }
  step(a) {
    this.move(
      a.slice(1).map((v) => v / 1000),
      a[0] / 100,
    );
    const [x, y] = sub(this.object, this.base);
    this.ok ||= Math.hypot(x, y) < 0.018 && this.object[2] > 0.055 && !this.holds && this.opening > 0.6;
  }
  expert() {
    const p = this.person;
    const { phase } = this;
    const goal = this.waypoints(this.command, this.base, 0.045)[Math.min(phase, 7)];
    if (this.t > p.pause) this.command = toward(this.command, goal, (0.22 * p.pace) / this.fps);
    const there = length(sub(this.command, goal)) < 0.004 && length(sub(this.hand, goal)) < 0.01;
    this.proceed(phase === 2 ? this.opening < 0.3 : phase === 6 ? this.opening > 0.8 : there, 2);
    return [phase >= 2 && phase < 6 ? 5 : 95, ...add(this.command, p.tremble(), 0.5).map((v) => v * 1000)];
  }
}
