// A planar arm of three joints slides its tip into a slot that is 6 mm wider on each side; the actions are joint goals.
import { add, clip, Hand, seeded, sub } from './random.mjs';

const LINKS = [0.2, 0.17, 0.08];

/** Joints → x, y, heading of the tip. */
function forward(q) {
  let [x, y, angle] = [0, 0, 0];
  for (const [i, link] of LINKS.entries()) {
    angle += q[i];
    x += link * Math.cos(angle);
    y += link * Math.sin(angle);
  }
  return [x, y, angle];
}

function inverse([px, py, angle]) {
  const [a, b, c] = LINKS;
  const [x, y] = [px - c * Math.cos(angle), py - c * Math.sin(angle)];
  const second = Math.acos(clip((x * x + y * y - a * a - b * b) / (2 * a * b), -0.999, 0.999));
  const first = Math.atan2(y, x) - Math.atan2(b * Math.sin(second), a + b * Math.cos(second));
  return [first, second, angle - first - second];
}

export class Insert {
  static title = 'insert';
  static text = 'slide the peg into the slot';
  static state = ['j1', 'j2', 'j3', 'slot_x', 'slot_y', 'slot_angle'];
  static action = ['j1', 'j2', 'j3'];
  static limit = 260;
  fps = 30;
  constructor(seed) {
    const r = seeded(seed);
    this.slot = [r.between(0.25, 0.34), r.between(-0.12, 0.12), r.between(-0.4, 0.4)];
    this.command = [r.between(0.15, 0.22), r.between(-0.08, 0.08), r.between(-0.3, 0.3)];
    this.q = inverse(this.command);
    this.person = new Hand(r, 0.0015, 3);
    this.phase = 0;
    this.waited = 0;
    this.t = 0;
    this.ok = false;
  }
  observe() {
    return [...this.q, ...this.slot];
  }
  /** How deep, how far beside, how much askew. */
  within(q) {
    const [x, y, angle] = sub(forward(q), this.slot);
    const [c, s] = [Math.cos(this.slot[2]), Math.sin(this.slot[2])];
    return [x * c + y * s, -x * s + y * c, angle];
  }
  step(a) {
    const next = this.q.map((v, i) => v + clip((a[i] - v) * 0.35, -0.06, 0.06));
    const [deep, beside, askew] = this.within(next);
    const [before] = this.within(this.q);
    const fits = Math.abs(beside) < 0.006 && Math.abs(askew) < 0.2;
    const blocked = deep > 0 && Math.abs(beside) < 0.05 && !fits && (deep > before || before <= 0);
    if (!blocked) this.q = next;
    this.t++;
    const [now, off] = this.within(this.q);
    this.ok ||= now > 0.025 && Math.abs(off) < 0.02;
  }
  expert() {
    const p = this.person;
    const [x, y, angle] = this.slot;
    const at = (deep, miss) =>
      add(
        [x + deep * Math.cos(angle), y + deep * Math.sin(angle), angle],
        [p.misses[0][0], p.misses[0][1], p.misses[0][2] * 5],
        miss,
      );
    const phase = Math.min(this.phase, 2);
    const goal = [at(-0.04, 2), at(-0.012, 0.4), at(0.032, 0.3)][phase];
    const d = sub(goal, this.command);
    const left = Math.hypot(d[0], d[1], d[2] * 0.1);
    const speed = ((phase === 0 ? 0.16 : 0.08) * p.pace) / this.fps;
    if (this.t > p.pause * 1.5) this.command = add(this.command, d, Math.min(1, speed / Math.max(1e-9, left)));
    const tip = forward(this.q);
    const there = left < 0.003 && Math.hypot(tip[0] - goal[0], tip[1] - goal[1]) < 0.006;
    this.waited = there ? this.waited + 1 : 0;
    if (this.waited > 3) [this.phase, this.waited] = [this.phase + 1, 0];
    const tremor = p.tremble();
    return inverse(add(this.command, [tremor[0], tremor[1], tremor[2] * 4], 0.4));
  }
}
