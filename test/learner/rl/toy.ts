import type { EpisodeRow } from '../../../src-main/core/episode';
import type { Checkpoint } from '../../../src-main/learner/checkpoint';
import { METHODS } from '../../../src-main/learner/policies';
import type { Experience } from '../../../src-main/learner/rl/experience';

type ToyPolicy = ConstructorParameters<typeof Experience>[0];

/** One joint at x is to be brought to a goal; each action says where to be a row later. */
export const toySpec = (chunk = 2): ToyPolicy['spec'] => ({
  kind: 'mlp',
  robot: 'toy',
  task: 'go there',
  tasks: [],
  observation: { joints: ['x'], environment: ['goal'], cameras: [] },
  action: ['x'],
  history: 1,
  chunk,
  execute: chunk,
  rate: 10,
});

/** Targets are told relative to where the joint is, in units of 0.1. */
export const toyPolicy = (chunk = 2): ToyPolicy => ({
  spec: toySpec(chunk),
  normaliser: {
    inputs: { mean: [0, 0], std: [1, 1] },
    targets: { mean: new Array(chunk).fill(0), std: new Array(chunk).fill(0.1) },
  },
  relativeTo: [0],
  hints: 0,
});

export const toyRow = (
  x: number,
  to: number,
  goal: number,
  driver: 'expert' | 'policy' | 'person' = 'policy',
): EpisodeRow => ({
  t: 0,
  state: [x],
  action: [to],
  asked: [to],
  environment: [goal],
  pilot: driver,
  intervention: driver === 'person',
  clamped: '',
});

export const toyNetwork = (chunk = 2): Checkpoint['parts']['network'] =>
  METHODS.mlp.network(
    { history: 1, features: 2, chunk, actions: 1, hints: 0, cameras: [], memory: 0 },
    { hidden: [32, 32] },
  );
