import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampCommand, MAX_LEAD } from '../../src-main/control/clamp';
import { Random } from '../../src-main/core/random';
import type { RobotSpec } from '../../src-main/core/types';
import { SPEC } from './fixtures';

const EPS = 1e-9;

function check(spec: RobotSpec, target: number[], previous: number[], seen: number[], dt: number): void {
  const { sent, notes } = clampCommand(spec, { target, previous, seen, dt });
  if (sent.length !== spec.joints.length) throw new Error('wrong length');
  spec.joints.forEach((j, i) => {
    const s = sent[i] as number;
    const fits = (v: number | undefined) =>
      Number.isFinite(v) ? Math.min(Math.max(v as number, j.min), j.max) : undefined;
    const present = fits(seen[i]);
    const last = fits(previous[i]) ?? present;
    if (!Number.isFinite(s) || s < j.min || s > j.max) throw new Error(`joint ${i}: ${s} is out of limits`);
    if (present !== undefined && Math.abs(s - present) > MAX_LEAD[j.unit] + EPS)
      throw new Error(`joint ${i} leads too far`);
    const time = Number.isFinite(dt) ? Math.min(Math.max(dt, 0), 0.1) : 0;
    if (last !== undefined && Math.abs(s - last) > j.maxSpeed * time + EPS) {
      // Only allowed to let a displaced joint go: nearer to where it is than the last command was.
      const nearer = present !== undefined && Math.abs(s - present) < Math.abs(last - present);
      if (!nearer || !notes.some((n) => n.joint === i && n.rule === 'step')) throw new Error(`joint ${i} is too fast`);
    }
    if (
      !Number.isFinite(target[i]) &&
      target.length === spec.joints.length &&
      !notes.some((n) => n.rule === 'not-a-number')
    ) {
      throw new Error('a bad number went unnoticed');
    }
  });
}

describe('the clamp', () => {
  it('keeps every limit for 200,000 random commands, among them NaN, infinite, huge and too short ones', () => {
    const random = new Random(7);
    const odd = [Number.NaN, Infinity, -Infinity, 1e308, -1e308, Number.MAX_SAFE_INTEGER, -0, Number.MIN_VALUE];
    const number = (odds: number) =>
      random.next() < odds ? (odd[random.below(odd.length)] as number) : random.normal() * 1.5;
    const vector = (odds: number) =>
      Array.from({ length: random.next() < odds ? random.below(6) : SPEC.joints.length }, () => number(odds));
    for (let k = 0; k < 200_000; k++) {
      const dt = random.next() < 0.1 ? number(0.9) : random.between(0, 0.05);
      check(SPEC, vector(0.1), vector(0.02), vector(0.02), dt);
    }
  });

  it('keeps every limit for whatever fast-check thinks up', () => {
    const v = fc.array(fc.double(), { minLength: 0, maxLength: 5 });
    fc.assert(
      fc.property(v, v, v, fc.double(), (t, p, s, dt) => check(SPEC, t, p, s, dt)),
      { numRuns: 5000 },
    );
  });

  it('lets a gentle legal command through unchanged and without a note', () => {
    const r = clampCommand(SPEC, { target: [0.01, -0.02, 0.51], previous: [0, 0, 0.5], seen: [0, 0, 0.5], dt: 0.02 });
    expect(r).toEqual({ sent: [0.01, -0.02, 0.51], notes: [] });
  });

  it('holds the previous command on NaN, for that joint only, and says so', () => {
    const r = clampCommand(SPEC, {
      target: [Number.NaN, 0.01, 0.5],
      previous: [0.1, 0, 0.5],
      seen: [0.1, 0, 0.5],
      dt: 0.02,
    });
    expect(r.sent).toEqual([0.1, 0.01, 0.5]);
    expect(r.notes).toEqual([{ joint: 0, rule: 'not-a-number' }]);
  });

  it('holds everything on a command of the wrong length', () => {
    const r = clampCommand(SPEC, { target: [1], previous: [0.1, 0.2, 0.3], seen: [0.1, 0.2, 0.3], dt: 0.02 });
    expect(r.sent).toEqual([0.1, 0.2, 0.3]);
    expect(r.notes).toEqual([{ joint: -1, rule: 'wrong-length' }]);
  });

  it('turns a step of 180 degrees into motion at the speed limit', () => {
    const r = clampCommand(SPEC, { target: [0, Math.PI, 0.5], previous: [0, 0, 0.5], seen: [0, 0, 0.5], dt: 0.02 });
    expect(r.sent[1]).toBeCloseTo(3 * 0.02, 12);
    expect(r.notes.map((n) => n.rule)).toEqual(['limit', 'speed']);
  });

  it('never pushes a blocked joint further than the lead', () => {
    let previous: readonly number[] = [0, 0, 0.5];
    for (let k = 0; k < 200; k++)
      previous = clampCommand(SPEC, { target: [1, 2, 1], previous, seen: [0, 0, 0.5], dt: 0.02 }).sent;
    expect(previous[0]).toBeCloseTo(0.35, 12);
    expect(previous[2]).toBeCloseTo(0.75, 12);
  });
});
