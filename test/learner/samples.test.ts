import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { makeBatch } from '../../src-main/learner/batch';
import { splitEpisodes } from '../../src-main/learner/episodes';
import { CONSTANT_BELOW, Normaliser } from '../../src-main/learner/normaliser';
import { inMemory } from '../../src-main/learner/pictures';
import { buildSamples, type SampleOptions, targetAt } from '../../src-main/learner/samples';
import { fakeDataset, row } from './fake-dataset';

const options: SampleOptions = {
  chunk: 3,
  history: 1,
  actions: 'delta',
  environment: true,
  hints: false,
  cameras: [],
  seed: 0,
  heldOut: 0.2,
  skipFailures: true,
};
const noFrames = inMemory(async () => undefined);

describe('the normaliser', () => {
  it('gives each feature mean 0 and spread 1, and goes back exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 3,
          maxLength: 40,
        }),
        (rows) => {
          const scale = Normaliser.fit(2, (visit) => {
            for (const r of rows) visit((i) => r[i] as number);
          });
          for (const i of [0, 1]) {
            for (const r of rows) {
              const value = r[i] as number;
              const scaled = scale.forward(i, value);
              const constant = (scale.std[i] as number) < CONSTANT_BELOW;
              if (constant) expect(scaled).toBe(0);
              else if (Math.abs(scaled) < 5) expect(scale.backward(i, scaled)).toBeCloseTo(value, 6);
            }
          }
        },
      ),
    );
  });

  it('ignores a joint that no demonstration moved, even when it is somewhere else today', () => {
    const scale = Normaliser.fit(1, (visit) => {
      for (const v of [0.5, 0.5, 0.5]) visit(() => v);
    });
    expect(scale.forward(0, 0.7)).toBe(0);
    expect(scale.backward(0, 3)).toBe(0.5);
  });

  it('cuts what lies far beyond anything demonstrated', () => {
    const scale = new Normaliser([0], [1]);
    expect(scale.forward(0, 1e9)).toBe(5);
    expect(scale.forward(0, -1e9)).toBe(-5);
  });
});

describe('hints', () => {
  const rows = [0, 1, 2, 3].map((k) => row([k], [k + 1], [k, 9 - k]));

  it('are taught as targets after the actions, and never shown as inputs', async () => {
    const samples = await buildSamples(
      fakeDataset([{ rows }, { rows }]),
      { ...options, environment: false, hints: true },
      noFrames,
    );
    const batch = makeBatch(samples, [0, 3], [], new Random(0), null);
    expect(batch.features).toHaveLength(2);
    expect(batch.actions).toHaveLength(2 * 3);
    const [first, firstRest, last] = batch.hints as Float32Array;
    expect(samples.hintScale.backward(0, first as number)).toBeCloseTo(0, 5);
    expect(samples.hintScale.backward(1, firstRest as number)).toBeCloseTo(9, 5);
    expect(samples.hintScale.backward(0, last as number)).toBeCloseTo(3, 5);
  });

  it('are nothing where a recording has no task state', async () => {
    const real = [0, 1].map(() => ({ rows: rows.map((r) => ({ ...r, environment: [] })) }));
    const samples = await buildSamples(fakeDataset(real), { ...options, environment: false, hints: true }, noFrames);
    expect(samples.hintScale.size).toBe(0);
  });
});

describe('samples', () => {
  const ramp = (from: number) => ({ rows: [0, 1, 2, 3].map((k) => row([from + k], [from + k + 1], [9])) });

  it('takes actions relative to where the joints are, and repeats the last one at the end of an episode', async () => {
    const samples = await buildSamples(fakeDataset([ramp(10), ramp(50)]), { ...options, heldOut: 0 }, noFrames);
    const chunkAt = (r: number) => [0, 1, 2].map((k) => targetAt(samples, r, k, 0));
    expect(chunkAt(0)).toEqual([1, 2, 3]);
    expect(chunkAt(2)).toEqual([1, 2, 2]); // the episode ends at 14
    expect(chunkAt(3)).toEqual([1, 1, 1]); // and never reaches into the next one
    expect(samples.features).toBe(2);
    expect([...samples.train]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('shows no task state to a policy that must not see it', async () => {
    const samples = await buildSamples(fakeDataset([ramp(0), ramp(1)]), { ...options, environment: false }, noFrames);
    expect(samples.features).toBe(1);
  });

  it('holds out whole episodes: none of their rows is trained on', async () => {
    const samples = await buildSamples(fakeDataset([ramp(0), ramp(1), ramp(2), ramp(3), ramp(4)]), options, noFrames);
    expect(samples.episodes.heldOut).toHaveLength(1);
    expect(new Set([...samples.train, ...samples.heldOut]).size).toBe(20);
    const held = samples.episodes.heldOut[0] as number;
    expect([...samples.heldOut]).toEqual([0, 1, 2, 3].map((k) => held * 4 + k));
  });

  it('splits the same way for the same seed, holds out one of two, and none of one', () => {
    const many = Array.from({ length: 30 }, (_, i) => i);
    expect(splitEpisodes(many, 0.2, 7)).toEqual(splitEpisodes(many, 0.2, 7));
    expect(splitEpisodes(many, 0.2, 7).heldOut).not.toEqual(splitEpisodes(many, 0.2, 8).heldOut);
    expect(splitEpisodes([3, 4], 0.1, 0).heldOut).toHaveLength(1);
    expect(splitEpisodes([3], 0.5, 0)).toEqual({ train: [3], heldOut: [] });
  });

  it('refuses a value that is not a number and says which, where', async () => {
    const bad = { rows: [row([0], [0], [0]), row([0], [Number.NaN], [0])] };
    await expect(buildSamples(fakeDataset([ramp(0), bad]), options, noFrames)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringMatching(/Episode 1, row 1: the action of joint0/),
    });
  });

  it('leaves failures out, and says so when nothing else is there', async () => {
    const failed = { ...ramp(0), success: false };
    const samples = await buildSamples(fakeDataset([ramp(0), failed, ramp(2)]), options, noFrames);
    expect([...samples.episodes.train, ...samples.episodes.heldOut].sort()).toEqual([0, 2]);
    await expect(buildSamples(fakeDataset([failed]), options, noFrames)).rejects.toMatchObject({ kind: 'bad-input' });
    await expect(buildSamples(fakeDataset([]), options, noFrames)).rejects.toMatchObject({ kind: 'bad-input' });
    const all = await buildSamples(fakeDataset([failed]), { ...options, skipFailures: false }, noFrames);
    expect(all.rows).toBe(4);
  });

  it('names the cameras it could have when the wanted one is missing', async () => {
    const dataset = fakeDataset([ramp(0)], { cameras: [{ name: 'front', width: 64, height: 48 }] });
    const cameras = [{ name: 'wrist', width: 8, height: 8 }];
    await expect(buildSamples(dataset, { ...options, cameras }, noFrames)).rejects.toMatchObject({
      kind: 'incompatible',
      tip: expect.stringContaining('front'),
    });
  });

  it('shows what was seen before, and the first row again before the first', async () => {
    const samples = await buildSamples(
      fakeDataset([ramp(10), ramp(50)]),
      { ...options, environment: false, history: 3, heldOut: 0 },
      noFrames,
    );
    const { features } = makeBatch(samples, [1, 6], [], new Random(0), null);
    const shown = [...features].map((value) => Math.round(samples.inputScale.backward(0, value)));
    expect(shown).toEqual([10, 10, 11, 50, 51, 52]);
  });

  it('tells tasks apart by their text when there are several', async () => {
    const samples = await buildSamples(
      fakeDataset([
        { ...ramp(0), task: 'left' },
        { ...ramp(0), task: 'right' },
      ]),
      { ...options, environment: false, heldOut: 0 },
      noFrames,
    );
    expect(samples.tasks).toEqual(['left', 'right']);
    const { features } = makeBatch(samples, [0, 4], [], new Random(0), null);
    expect([...features.subarray(1, 3), ...features.subarray(4, 6)]).toEqual([1, 0, 0, 1]);
  });

  it('takes actions that are no joint as they are, beside those that are', async () => {
    const channels = [
      { name: 'joint0', unit: 'raw' as const },
      { name: 'effort', unit: 'raw' as const },
    ];
    const rows = [0, 1, 2].map((k) => row([10 + k], [11 + k, 7 * k], []));
    const samples = await buildSamples(
      fakeDataset([{ rows }], { joints: channels.slice(0, 1), action: channels, environment: [] }),
      { ...options, heldOut: 0 },
      noFrames,
    );
    expect(samples.relativeTo).toEqual([0, null]);
    expect([0, 1].map((channel) => targetAt(samples, 1, 1, channel))).toEqual([2, 14]);
  });
});
