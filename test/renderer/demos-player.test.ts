import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EpisodeRow } from '../../src-main/core/episode';
import { editWords } from '../../src-renderer/state/demos/edit-words';
import { advance, frameTime, rowAt } from '../../src-renderer/state/demos/playback';
import { objectsAt } from '../../src-renderer/state/demos/scene';
import { ThumbnailCache } from '../../src-renderer/state/demos/thumbnails';
import { clampWords, cutWords, pilotBands, spans } from '../../src-renderer/state/demos/timeline';

const row = (change: Partial<EpisodeRow> = {}): EpisodeRow => ({
  t: 0,
  state: [],
  action: [],
  asked: [],
  environment: [],
  pilot: 'person',
  intervention: false,
  clamped: '',
  ...change,
});

describe('playback', () => {
  it('shows row k at its own time and in the middle of its frame, for every rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 240 }), fc.nat(100_000), (fps, k) => {
        expect(rowAt(k / fps, fps, k + 1)).toBe(k);
        expect(rowAt(frameTime(k, fps), fps, k + 1)).toBe(k);
      }),
    );
  });

  it('ends on the last moment of the part, or goes round in it', () => {
    expect(advance(1, 0.5, { from: 0, to: 2, loop: false })).toEqual({ time: 1.5, ended: false });
    expect(advance(1.9, 0.5, { from: 0, to: 2, loop: false })).toEqual({ time: 2, ended: true });
    expect(advance(1.75, 0.5, { from: 1, to: 2, loop: true })).toEqual({ time: 1.25, ended: false });
    expect(advance(0, 0.25, { from: 1, to: 2, loop: false }).time).toBe(1.25);
  });

  it('never leaves the part, however late the next turn comes', () => {
    const t = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(t, t, fc.boolean(), (time, dt, loop) => {
        const next = advance(time, dt, { from: 2, to: 7, loop }).time;
        expect(next).toBeGreaterThanOrEqual(2);
        expect(next).toBeLessThanOrEqual(7);
      }),
    );
  });
});

describe('timeline', () => {
  it('covers every row with exactly one band of its pilot', () => {
    const pilot = fc.record({ pilot: fc.constantFrom('person', 'policy'), intervention: fc.boolean() });
    fc.assert(
      fc.property(fc.array(pilot), (list) => {
        const rows = list.map((p) => row(p));
        const bands = pilotBands(rows);
        const back = bands.flatMap((b) =>
          Array.from({ length: b.to - b.from }, () => ({ pilot: b.pilot, intervention: b.intervention })),
        );
        expect(back).toEqual(list);
        for (const [i, b] of bands.entries()) expect(b.from).toBe(bands[i - 1]?.to ?? 0);
      }),
    );
  });

  it('marks where the clamp held and closes small gaps', () => {
    const rows = [...'.xx.x....x.'].map((c) => row({ clamped: c === 'x' ? 'speed:1' : '' }));
    expect(spans(rows, (r) => r.clamped !== '')).toEqual([
      { from: 1, to: 5 },
      { from: 9, to: 10 },
    ]);
  });

  it('says which joints were held, and what a cut takes away', () => {
    expect(clampWords('speed:1 limit:7', ['shoulder_pan', 'elbow_flex'])).toBe('speed of elbow flex, limit');
    expect(cutWords([36, 300], 300, 30)).toBe('Cut idle start: 1.2 s');
    expect(cutWords([0, 240], 300, 30)).toBe('Cut idle end: 2.0 s');
    expect(cutWords([30, 240], 300, 30)).toBe('Cut idle ends: 1.0 s and 2.0 s');
  });

  it('says what an edit has done', () => {
    expect(editWords({ kind: 'remove', episodes: [1, 2, 3] })).toBe('Deleted 3 demonstrations');
    expect(editWords({ kind: 'trim', episode: 4, from: 10, to: 60 })).toBe('Trimmed demonstration 4 to 50 rows');
    expect(editWords({ kind: 'split', episode: 4, at: [10, 20] })).toBe('Split demonstration 4 into 3');
  });
});

describe('scene of a row', () => {
  const cube = { name: 'cube', shape: 'box', size: [0.02, 0.02, 0.03], color: '#ffffff' } as const;

  it('puts an object where the row says, on the table when it does not say how high', () => {
    expect(objectsAt(['cube.x', 'cube.y'], [0.2, -0.1], [cube])).toEqual({ cube: [0.2, -0.1, 0.03, 1, 0, 0, 0] });
    expect(objectsAt(['tool.x'], [1], [cube])).toEqual({});
  });

  it('shows what comes and goes only where and while the row says so', () => {
    const small = (name: string) => ({ ...cube, name, pos: [0.3, 0, 0.001] as const });
    const things = [small('left'), small('cue'), small('go')];
    const names = ['left.x', 'left.y', 'cue.on.left', 'go.shown'];
    const on = objectsAt(names, [0.2, 0.1, 1, 1], things);
    expect([on.cue?.slice(0, 2), on.go?.[0]]).toEqual([[0.2, 0.1], 0.3]);
    const off = objectsAt(names, [0.2, 0.1, 0, 0], things);
    expect([off.cue?.[2], off.go?.[2]]).toEqual([-1, -1]);
  });

  it('turns it by the yaw that is stored as four times the angle', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.7, max: 0.7, noNaN: true }), (yaw) => {
        const names = ['cube.x', 'cube.y', 'cube.yaw.sin4', 'cube.yaw.cos4'];
        const [, , , w = 0, , , z = 0] =
          objectsAt(names, [0, 0, Math.sin(4 * yaw), Math.cos(4 * yaw)], [cube]).cube ?? [];
        expect(2 * Math.atan2(z, w)).toBeCloseTo(yaw, 6);
      }),
    );
  });
});

describe('small pictures', () => {
  const settled = () => new Promise((done) => setTimeout(done, 0));
  class Picture {
    closed = false;
    constructor(readonly name: string) {}
    close() {
      this.closed = true;
    }
  }

  it('makes each once, few at a time, and closes the least used beyond its size', async () => {
    const made: Picture[] = [];
    let busy = 0;
    let most = 0;
    const cache = new ThumbnailCache<string, Picture>(
      async (name) => {
        most = Math.max(most, ++busy);
        await settled();
        busy--;
        const picture = new Picture(name);
        made.push(picture);
        return picture;
      },
      3,
      2,
    );
    const shown: string[] = [];
    for (const name of 'abcde') cache.want(name, name, (p) => shown.push(p?.name ?? '-'));
    await expect.poll(() => shown.length).toBe(5);
    expect(most).toBe(2);
    expect(cache.size).toBe(3);
    expect(made.filter((p) => p.closed)).toHaveLength(2);
    const again = made.filter((p) => !p.closed).at(-1)?.name ?? '';
    cache.want(again, again, (p) => shown.push(p?.name ?? '-'));
    expect(shown.at(-1)).toBe(again);
    expect(made).toHaveLength(5);
  });

  it('does not make what nobody wants any more, and remembers that there is none', async () => {
    const asked: string[] = [];
    const cache = new ThumbnailCache<string, Picture>(
      async (name) => {
        asked.push(name);
        await settled();
        return null;
      },
      10,
      1,
    );
    const answers: (Picture | null)[] = [];
    cache.want('a', 'a', (p) => answers.push(p));
    const back = cache.want('b', 'b', (p) => answers.push(p));
    back();
    await expect.poll(() => answers).toEqual([null]);
    cache.want('a', 'a', (p) => answers.push(p));
    expect(answers).toEqual([null, null]);
    expect(asked).toEqual(['a']);
  });

  it('tries again what failed, at the next wish', async () => {
    let tries = 0;
    const cache = new ThumbnailCache<string, Picture>(async (name) => {
      await settled();
      if (++tries === 1) throw new Error('too slow');
      return new Picture(name);
    });
    const answers: (string | undefined)[] = [];
    cache.want('a', 'a', (p) => answers.push(p?.name));
    await expect.poll(() => answers).toEqual([undefined]);
    cache.want('a', 'a', (p) => answers.push(p?.name));
    await expect.poll(() => answers).toEqual([undefined, 'a']);
  });
});
