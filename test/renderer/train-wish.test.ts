import { describe, expect, it } from 'vitest';
import type { EpisodeInfo } from '../../src-main/core/episode';
import type { CheckpointInfo } from '../../src-main/core/learning';
import type { DatasetState } from '../../src-main/core/state';
import { trainChoiceSchema } from '../../src-main/core/training-run';
import { methodList } from '../../src-main/station/method-list';
import {
  cameraQuestion,
  choiceOf,
  FIRST_WISH,
  grownSince,
  learntFrom,
  problemOf,
  type Wish,
} from '../../src-renderer/state/train/wish';

const methods = new Map(methodList().map((method) => [method.kind, method] as const));
const mlp = methods.get('mlp') ?? null;
const cnn = methods.get('cnn') ?? null;
const dataset: DatasetState = {
  ...{ folder: '/set', name: 'set', robot: 'so101-sim', fps: 30, episodes: 31, frames: 900, successes: 30 },
  ...{ tasks: ['do it'], cameras: ['front', 'wrist'], readOnly: null, saving: 0 },
  edits: { undo: null, redo: null, trash: 0 },
};
const wish = (change: Partial<Wish> = {}): Wish => ({ ...FIRST_WISH, ...change });
const episode = (index: number, change: Partial<EpisodeInfo> = {}): EpisodeInfo => ({
  ...{ index, id: `e${index}`, task: 'do it', success: true, tags: [], recorded: null, length: 30, duration: 1 },
  ...{ pilots: ['person'], interventions: 0, cameras: [] },
  ...change,
});

describe('what a person chooses on the Train screen', () => {
  it('is sent without what they left alone, so that whoever trains decides', () => {
    expect(choiceOf(wish(), null, ['front'])).toEqual({ policy: 'auto', seconds: 60 });
    const choice = choiceOf(
      wish({
        policy: 'mlp',
        name: ' x ',
        tag: 'good',
        failures: true,
        settings: { chunk: 4 },
        config: { hidden: [8] },
      }),
      mlp,
      ['front'],
    );
    expect(choice).toEqual({
      ...{ policy: 'mlp', seconds: 60, name: 'x', tags: ['good'], failures: true },
      ...{ settings: { chunk: 4 }, config: { hidden: [8] } },
    });
    expect(trainChoiceSchema.parse(choice)).toEqual(choice);
  });

  it('names cameras only where the policy can look at them', () => {
    const cameras = ['front', 'wrist'];
    expect(cameraQuestion(wish(), mlp, 2)).toBe('none');
    expect(cameraQuestion(wish(), cnn, 2)).toBe('which');
    expect(cameraQuestion(wish(), null, 2)).toBe('whether');
    expect(choiceOf(wish({ policy: 'cnn', without: ['wrist'] }), cnn, cameras).cameras).toEqual(['front']);
    expect(choiceOf(wish({ sees: 'state' }), null, cameras).cameras).toEqual([]);
    expect(choiceOf(wish({ sees: 'cameras' }), null, cameras).cameras).toEqual(cameras);
    expect(choiceOf(wish({ policy: 'mlp', sees: 'cameras' }), mlp, cameras)).not.toHaveProperty('cameras');
  });

  it('keeps the network as it is when it continues from a policy', () => {
    const choice = choiceOf(wish({ start: 'p1', policy: 'cnn', config: { hidden: [8] } }), cnn, ['front']);
    expect(choice).toEqual({ policy: 'cnn', seconds: 60, start: 'p1' });
  });

  it('says why it cannot begin', () => {
    const fine = (change: Partial<Wish>, method = mlp, demonstrations = 31) =>
      problemOf(wish(change), method, dataset, demonstrations);
    expect(fine({})).toBeNull();
    expect(problemOf(wish(), null, null, 0)).toMatch(/Record demonstrations/);
    expect(fine({ tag: 'good' }, mlp, 0)).toMatch(/No demonstration is left/);
    expect(fine({}, mlp, 1)).toMatch(/Two demonstrations/);
    expect(fine({ policy: 'cnn', without: ['front', 'wrist'] }, cnn)).toMatch(/at least one recorded camera/);
    expect(fine({ settings: { chunk: 1000 } })).toMatch(/out of its range/);
    expect(problemOf(wish({ policy: 'cnn' }), cnn, { ...dataset, cameras: [] }, 31)).toMatch(/pictures/);
  });
});

describe('demonstrations', () => {
  const some = [
    episode(0),
    episode(1, { success: false, tags: ['good'] }),
    episode(2, { tags: ['good'], success: null }),
  ];

  it('count when they have the tag and are no failure, unless failures are wanted', () => {
    expect(learntFrom({ tag: null, failures: false }, some)).toBe(2);
    expect(learntFrom({ tag: 'good', failures: false }, some)).toBe(1);
    expect(learntFrom({ tag: 'good', failures: true }, some)).toBe(2);
  });

  it('that came since a policy was trained are noticed', () => {
    const trained: CheckpointInfo = {
      ...{ id: 'p1', folder: '/policies/p1', name: 'first', created: '', heldOutLoss: 0.1, curve: [] },
      trainedOn: { dataset: dataset.folder, episodes: 1 },
      spec: {
        ...{ kind: 'mlp', robot: 'so101-sim', task: 'do it', tasks: [], action: [], history: 1, chunk: 8 },
        ...{ execute: 4, rate: 30, observation: { joints: [], environment: [], cameras: [] } },
      },
    };
    expect(grownSince([trained], dataset, some)).toMatchObject({ more: 1, policy: { id: 'p1' } });
    expect(grownSince([{ ...trained, trainedOn: { ...trained.trainedOn, episodes: 2 } }], dataset, some)).toBeNull();
    expect(grownSince([{ ...trained, trainedOn: { dataset: '/else', episodes: 1 } }], dataset, some)).toBeNull();
  });
});
