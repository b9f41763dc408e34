import { describe, expect, it } from 'vitest';
import type { Image, Observation } from '../../src-main/core/types';
import { Sight } from '../../src-main/learner/sight';

const picture = (t: number): Image => ({ width: 1, height: 1, data: new Uint8Array(3), t });
const at = (t: number, taken?: number): Observation => ({
  t,
  joints: [t * 10],
  environment: [],
  ...(taken !== undefined && { images: { front: picture(taken), wrist: picture(taken + 0.01) } }),
});

describe('sight', () => {
  it('pairs a late picture with the joints of the moment it was taken', () => {
    const sight = new Sight();
    for (const t of [1, 1.02, 1.04, 1.06]) sight.align(at(t));
    const moment = sight.align(at(1.08, 1.041));
    expect(moment.t).toBe(1.04);
    expect(moment.joints).toEqual([10.4]);
    expect(moment.images?.front?.t).toBe(1.041);
  });

  it('never looks into the future, and leaves an observation without pictures alone', () => {
    const sight = new Sight();
    const seen = at(2);
    expect(sight.align(seen)).toBe(seen);
    expect(sight.align(at(2.02, 99)).t).toBe(2.02);
  });

  it('forgets what is too old', () => {
    const sight = new Sight();
    sight.align(at(1));
    expect(sight.align(at(9, 1)).t).toBe(9);
  });
});
