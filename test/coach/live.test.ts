import { beforeAll, describe, expect, it } from 'vitest';
import { judgeTake } from '../../src-main/coach/judge-take';
import { LiveTake } from '../../src-main/coach/live';
import { measure } from '../../src-main/coach/measure';
import { sizesOf } from '../../src-main/coach/rows/motion';
import type { Episode } from '../../src-main/core/episode';
import { clip, pause, shake, waitAtEnd } from './damage';
import { expertTakes, type Takes } from './takes';

let takes: Takes;
beforeAll(async () => {
  takes = await expertTakes('pick-place', 6);
}, 240_000);

/** The take as the coach saw it grow, row by row. */
function grown(episode: Episode): LiveTake {
  const live = new LiveTake(takes.spec.joints, 30);
  for (const { state, action, clamped } of episode.rows) {
    live.add({ state, action, rule: clamped ? (clamped.split(':')[0] ?? null) : null });
  }
  return live;
}
const opinion = (episode: Episode) => judgeTake(grown(episode), { gaps: 0, draft: null, lengths: null });
const first = (): Episode => {
  const [episode] = takes.episodes;
  if (!episode) throw new Error('no take');
  return episode;
};

describe('the coach beside a growing take', () => {
  it('measures what is measured of the finished take, but for the last rows that it cannot judge yet', () => {
    for (const clean of takes.episodes) {
      for (const episode of [clean, pause(clean, 40, 50), shake(clean, 0.01), clip(clean, 0.3)]) {
        const live = grown(episode).measure('x', 0);
        const whole = measure(episode, takes.spec, sizesOf(takes.spec, []));
        expect(live.clipped).toBeCloseTo(whole.clipped, 9);
        expect(live.tremor).toBeCloseTo(whole.tremor, 9);
        expect(live.smoothness).toBeCloseTo(whole.smoothness, 9);
        expect(Math.abs(live.idle.start - whole.idle.start)).toBeLessThanOrEqual(3);
        expect(Math.abs(live.idle.share - whole.idle.share) * episode.length).toBeLessThanOrEqual(4);
        expect(Math.abs(live.idle.excess - whole.idle.excess) * episode.length).toBeLessThanOrEqual(4);
      }
    }
  });

  it('has nothing to say in the first second', () => {
    const live = new LiveTake(takes.spec.joints, 30);
    expect(judgeTake(live, { gaps: 0, draft: null, lengths: null })).toEqual({ score: 100, reasons: [] });
  });

  it('thinks well of the expert and names what spoils a take while it goes on', () => {
    const clean = first();
    expect(opinion(clean).score).toBeGreaterThanOrEqual(90);
    expect(opinion(pause(clean, 0, 60)).reasons[0]?.kind).toBe('idle');
    expect(opinion(waitAtEnd(clean, 60)).reasons[0]?.kind).toBe('idle');
    expect(opinion(shake(clean, 0.02)).reasons[0]?.kind).toBe('jerk');
    expect(opinion(clip(clean, 0.5)).reasons[0]?.kind).toBe('clipped');
    expect(judgeTake(grown(clean), { gaps: 20, draft: null, lengths: null }).reasons[0]?.kind).toBe('dropped');
  });

  it('compares a finished take with its siblings’ lengths and its pictures’ times with its rows’', () => {
    const clean = first();
    const siblings = takes.episodes.map((one) => ({ ...one, length: Math.round(one.length / 4) }));
    const draft = { ...clean, videos: {} };
    const lengths = { task: clean.task, siblings };
    const long = judgeTake(grown(clean), { gaps: 0, draft, lengths });
    expect(long.reasons.map(({ kind }) => kind)).toContain('length');
    const frames = clean.rows.map(({ t }) => ({ key: true, data: new Uint8Array(1), t: t + 0.4 }));
    const video = { width: 64, height: 48, codec: 'avc1.42001f', description: new Uint8Array(7), frames };
    const late = judgeTake(grown(clean), { gaps: 0, draft: { ...draft, videos: { front: video } }, lengths: null });
    expect(late.reasons[0]?.message).toContain('front');
  });

  it('keeps no more of a take than its last two seconds', () => {
    const live = new LiveTake(takes.spec.joints, 30);
    const { rows } = first();
    for (let n = 0; n < 40; n++) for (const { state, action } of rows) live.add({ state, action, rule: null });
    expect(live.rows).toBe(40 * rows.length);
    expect(live.held).toBeLessThanOrEqual(61);
  });
});
