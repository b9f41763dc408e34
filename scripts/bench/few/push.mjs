// A round pusher shoves a disc to a mark; the actions are velocities in metres a second. Quasi-static: the disc moves only
// while it is touched, along the line between the centres.
import { add, clip, Hand, length, seeded, sub } from './random.mjs';

const DISC = 0.03;
const PUSHER = 0.025;

export class Push {
  static title = 'push';
  static text = 'push the disc onto the mark';
  static state = ['pos_0', 'pos_1', 'disc_0', 'disc_1', 'goal_0', 'goal_1'];
  static action = ['vel_0', 'vel_1'];
  static limit = 220;
  fps = 15;
  constructor(seed) {
    const r = seeded(seed);
    this.hand = [r.between(-0.05, 0.05), r.between(-0.05, 0.05)];
    this.disc = [r.between(0.12, 0.25), r.between(-0.12, 0.12)];
    this.goal = [r.between(0.3, 0.42), r.between(-0.15, 0.15)];
    this.velocity = [0, 0];
    this.person = new Hand(r, 0.003, 2);
    this.t = 0;
    this.ok = false;
  }
  observe() {
    return [...this.hand, ...this.disc, ...this.goal];
  }
  step(a) {
    const wanted = a.map((v) => clip(v, -0.3, 0.3));
    this.velocity = add(this.velocity, sub(wanted, this.velocity), 0.6);
    for (let i = 0; i < 3; i++) {
      this.hand = add(this.hand, this.velocity, 1 / this.fps / 3);
      const between = sub(this.disc, this.hand);
      const distance = Math.max(1e-6, length(between));
      this.disc = add(this.disc, between, Math.max(0, DISC + PUSHER - distance) / distance);
    }
    this.t++;
    this.ok ||= length(sub(this.disc, this.goal)) < 0.025;
  }
  expert() {
    const p = this.person;
    const way = sub(this.goal, this.disc);
    const far = length(way);
    const u = way.map((v) => v / Math.max(1e-6, far));
    const across = [-u[1], u[0]];
    const rel = sub(this.hand, this.disc);
    const along = rel[0] * u[0] + rel[1] * u[1];
    const side = rel[0] * across[0] + rel[1] * across[1];
    const ready = along < -0.04 && Math.abs(side) < 0.014;
    let target = add(this.disc, u, -(DISC + PUSHER + 0.01));
    if (along > -0.045) target = add(add(this.disc, u, -0.045), across, side > 0 ? 0.08 : -0.08);
    if (ready) target = add(add(this.disc, u, -(DISC + PUSHER - 0.03)), across, -2 * side);
    const d = sub(target, this.hand);
    const l = Math.max(1e-6, length(d));
    const speed = Math.min((ready ? 0.08 : 0.14) * p.pace, l * 6);
    if (this.t <= p.pause) return [0, 0];
    return add(far < 0.012 ? [0, 0] : d.map((v) => (v / l) * speed), p.tremble(), 3);
  }
}
