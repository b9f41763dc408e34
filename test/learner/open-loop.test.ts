import { describe, expect, it } from 'vitest';
import type { PolicySpec } from '../../src-main/core/policy';
import { openLoop } from '../../src-main/learner/open-loop';
import { inMemory } from '../../src-main/learner/pictures';
import { fakeDataset, row } from './fake-dataset';

const spec: PolicySpec = {
  kind: 'mlp',
  robot: 'fake',
  task: 'do it',
  tasks: [],
  observation: { joints: ['joint0'], environment: [], cameras: [] },
  action: ['joint0'],
  history: 2,
  chunk: 3,
  execute: 2,
  rate: 30,
};
const ramp = { rows: [0, 1, 2, 3, 4].map((k) => row([k], [k + 1])) };
const noPictures = inMemory(async () => undefined);

describe('a policy beside a demonstration', () => {
  it('is asked every few rows with what was seen, and its actions stand where they are meant for', async () => {
    const shown: number[][] = [];
    const act = async (history: readonly { joints: readonly number[] }[]) => {
      shown.push(history.map((seen) => seen.joints[0] as number));
      const now = history.at(-1)?.joints[0] as number;
      return [[now + 1], [now + 1], [now + 1]];
    };
    const [trace] = await openLoop({ spec, act }, fakeDataset([ramp]), [0], noPictures);
    expect(shown).toEqual([
      [0, 0],
      [1, 2],
      [3, 4],
    ]);
    expect(trace?.demonstrated).toEqual([[1, 2, 3, 4, 5]]);
    expect(trace?.predicted).toEqual([[1, 1, 3, 3, 5]]);
    expect(trace?.errors).toEqual([2 / 5]);
  });

  it('is refused one of another robot, and is told what differs', async () => {
    const act = async () => [[0]];
    const other = fakeDataset([ramp], { joints: [{ name: 'wheel', unit: 'rad' }] });
    await expect(openLoop({ spec, act }, other, [0], noPictures)).rejects.toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('wheel'),
    });
    await expect(openLoop({ spec, act }, fakeDataset([ramp]), [7], noPictures)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});
