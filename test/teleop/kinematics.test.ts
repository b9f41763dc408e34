import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../src-main/core/pose';
import { add, norm, scale, sub } from '../../src-main/core/pose';
import { CartesianDrive } from '../../src-main/teleop/cartesian';
import { ARM, HOME, PROFILE } from './fixtures';

const SPEED = ARM.lower.map(() => 2.5);
const DT = 1 / 60;
const angles = fc.tuple(...ARM.lower.map((l, i) => fc.double({ min: l, max: ARM.upper[i] as number, noNaN: true })));
const within = (r: number) => fc.double({ min: -r, max: r, noNaN: true });
const fly = (from: readonly number[], v: Vec3, ticks: number, drive = new CartesianDrive(ARM, SPEED)) => {
  let q = [...from];
  const path = [ARM.tool(q)];
  for (let k = 0; k < ticks; k++) {
    q = drive.advance(q, { v, pitch: 0, roll: 0 }, DT);
    path.push(ARM.tool(q));
  }
  return { q, path, tips: path.map((s) => s.pose.pos) };
};

describe('the kinematics of the SO-101', () => {
  it('puts the tool where the published figures put it', () => {
    // All hinges at zero, by adding up the offsets along the straightened chain: 391 mm in front, 226 mm up.
    const { pose, points } = ARM.tool(PROFILE.joints.map(() => 0));
    expect(pose.pos[0]).toBeCloseTo(0.391, 3);
    expect(pose.pos[1]).toBeCloseTo(0, 3);
    expect(pose.pos[2]).toBeCloseTo(0.226, 3);
    expect(points[0]).toBeGreaterThan(0.999);
  });

  it('has the Jacobian that finite differences give, anywhere', () => {
    fc.assert(
      fc.property(angles, (q) => {
        const at = ARM.tool(q);
        const rows = ARM.jacobian(at);
        const h = 1e-6;
        ARM.armJoints.forEach((joint, c) => {
          const moved = ARM.tool(q.map((a, i) => (i === joint ? a + h : a)));
          const d = sub(moved.pose.pos, at.pose.pos);
          for (const r of [0, 1, 2]) expect(rows[r]?.[c]).toBeCloseTo((d[r] as number) / h, 4);
          const turn = Math.atan2(Math.sin(moved.pitch - at.pitch), Math.cos(moved.pitch - at.pitch)) / h;
          expect(rows[3]?.[c]).toBeCloseTo(turn, 2);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('finds its way back to a nearby pose it was shown, and never leaves the joint limits', () => {
    fc.assert(
      fc.property(angles, angles, (q, other) => {
        const near = q.map((a, i) => ARM.limit(i, a + 0.02 * Math.sign((other[i] as number) - a)));
        near[ARM.rollJoint] = q[ARM.rollJoint] as number;
        const goal = ARM.tool(near);
        const found = ARM.solve(q, { pos: goal.pose.pos, pitch: goal.pitch });
        found.angles.forEach((a, i) => {
          expect(Number.isFinite(a)).toBe(true);
          expect(a).toBeGreaterThanOrEqual((ARM.lower[i] as number) - 1e-12);
          expect(a).toBeLessThanOrEqual((ARM.upper[i] as number) + 1e-12);
        });
        expect(found.miss).toBeLessThanOrEqual(norm(sub(goal.pose.pos, ARM.forward(q).pos)) + 1e-9);
      }),
      { numRuns: 400 },
    );
  });

  it('reaches exactly what can be reached around the home pose', () => {
    const home = ARM.tool(HOME);
    fc.assert(
      fc.property(within(0.05), within(0.1), within(0.04), (x, y, z) => {
        const p = home.pose.pos;
        const pos: Vec3 = [p[0] + x, p[1] + y, p[2] + z + 0.03];
        let q = HOME;
        for (let k = 1; k <= 20; k++) {
          const part: Vec3 = [
            p[0] + ((pos[0] - p[0]) * k) / 20,
            p[1] + ((pos[1] - p[1]) * k) / 20,
            p[2] + ((pos[2] - p[2]) * k) / 20,
          ];
          q = ARM.solve(q, { pos: part, pitch: home.pitch }).angles;
        }
        expect(norm(sub(ARM.forward(q).pos, pos))).toBeLessThan(0.001);
      }),
      { numRuns: 100 },
    );
  });
});

describe('driving the tool by velocity', () => {
  it.each<[string, Vec3]>([
    ['forward', [0.1, 0, 0]],
    ['left', [0, 0.1, 0]],
    ['right', [0, -0.1, 0]],
    ['up', [0, 0, 0.1]],
    ['aslant', [0.06, 0.06, 0.05]],
  ])('moves %s on a straight line at the asked speed', (_, v) => {
    const { tips } = fly(HOME, v, 60);
    tips.forEach((p, k) => {
      const wanted = add(tips[0] as Vec3, scale(v, k * DT));
      expect(norm(sub(p, wanted))).toBeLessThan(0.0015);
    });
  });

  it('keeps the gripper’s pitch on the way', () => {
    const { path } = fly(HOME, [0, 0.1, 0], 60);
    for (const s of path) expect(s.pitch).toBeCloseTo(path[0]?.pitch as number, 2);
  });

  it('stands still at the end of its reach and does not drift sideways', () => {
    const out = fly(HOME, [0.25, 0, 0], 240);
    const end = out.tips[out.tips.length - 1] as Vec3;
    expect(end[0]).toBeGreaterThan(0.44);
    expect(Math.abs(end[1])).toBeLessThan(0.001);
    expect(Math.abs(end[2] - (out.tips[0]?.[2] as number))).toBeLessThan(0.003);
    const more = fly(out.q, [0.25, 0, 0], 120).tips;
    expect(norm(sub(more[120] as Vec3, more[0] as Vec3))).toBeLessThan(0.001);
  });

  it('comes back from the end of its reach along the same line and gets its pitch back', () => {
    const drive = new CartesianDrive(ARM, SPEED);
    const out = fly(HOME, [0.25, 0, 0], 120, drive);
    const back = fly(out.q, [-0.25, 0, 0], 75, drive);
    for (const p of back.tips) expect(Math.hypot(p[1], p[2] - (out.tips[0]?.[2] as number))).toBeLessThan(0.003);
    expect(back.path[75]?.pitch).toBeCloseTo(out.path[0]?.pitch as number, 1);
  });

  it('keeps to the joints’ speeds and limits wherever the stick drags it', () => {
    const axis = fc.constantFrom(-0.25, 0, 0.25);
    const motion = fc.record({
      v: fc.tuple(axis, axis, axis),
      pitch: fc.constantFrom(-1.5, 0, 1.5),
      roll: fc.constantFrom(-1.5, 0, 1.5),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(motion, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 8 }),
        (legs) => {
          const drive = new CartesianDrive(ARM, SPEED);
          let q = [...HOME];
          for (const [m, ticks] of legs) {
            for (let k = 0; k < ticks; k++) {
              const next = drive.advance(q, m, DT);
              next.forEach((a, i) => {
                expect(Math.abs(a - (q[i] as number))).toBeLessThanOrEqual(2.5 * DT + 1e-9);
                expect(a).toBeGreaterThanOrEqual((ARM.lower[i] as number) - 1e-12);
                expect(a).toBeLessThanOrEqual((ARM.upper[i] as number) + 1e-12);
              });
              q = next;
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('turns the wrist clockwise seen from behind without moving the tool point', () => {
    const drive = new CartesianDrive(ARM, SPEED);
    let q = [...HOME];
    for (let k = 0; k < 30; k++) q = drive.advance(q, { v: [0, 0, 0], pitch: 0, roll: 1 }, DT);
    expect(ARM.roll(q) - ARM.roll(HOME)).toBeCloseTo(0.5, 2);
    expect(norm(sub(ARM.forward(q).pos, ARM.forward(HOME).pos))).toBeLessThan(0.001);
  });
});
