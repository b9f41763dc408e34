import { describe, expect, it } from 'vitest';
import type { Insight } from '../../src-main/core/insight';
import { familiarity, momentAt, rankErrors, shown } from '../../src-renderer/state/insight/units';

const insight: Insight = {
  episode: 0,
  channels: [
    { name: 'pan', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
    { name: 'still', unit: 'rad' },
    { name: 'broken', unit: 'raw' },
  ],
  time: [0, 1],
  demonstrated: [
    [0, 1],
    [0, 0.1],
    [2, 2],
    [0, 5],
  ],
  predicted: [],
  errors: [0.1, 0.05, 0, Number.NaN],
  looks: [],
  blind: null,
};

describe('errors of a policy', () => {
  it('are ranked by the share of the motion they spoil, so that degrees and percent compare', () => {
    expect(rankErrors(insight).map(({ name, share }) => [name, share])).toEqual([
      ['broken', 1],
      ['gripper', 0.5],
      ['pan', 0.1],
      ['still', 0],
    ]);
  });

  it('are shown in the units of the app', () => {
    expect(shown(Math.PI / 2, 'rad')).toBe('90.0°');
    expect(shown(0.051, 'ratio')).toBe('5.1 %');
    expect(shown(0.0123, 'm')).toBe('12.3 mm');
    expect(shown(0.5, 'raw')).toBe('0.500');
    expect(shown(Number.NaN, 'rad')).toBe('–');
  });
});

describe('the moment shown', () => {
  it('is the last picture not after the scrubber', () => {
    expect(momentAt([0, 1, 2], 1.9)).toBe(1);
    expect(momentAt([0, 1, 2], 2)).toBe(2);
    expect(momentAt([0.5, 1], 0)).toBe(0);
    expect(momentAt([], 1)).toBe(-1);
  });
});

describe('what the policy sees', () => {
  it('is familiar up to where unseen demonstrations usually are, and new from twice as far', () => {
    expect([0.3, 1, 1.4, 2, 2.1].map((distance) => familiarity(distance).level)).toEqual([
      'good',
      'good',
      'fair',
      'fair',
      'new',
    ]);
  });
});
