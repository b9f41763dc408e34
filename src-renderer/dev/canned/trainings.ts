import type { TrainPlan } from '../../../src-main/core/training-plan';
import type { MethodInfo, RunSummary, SettingField, TrainingRun } from '../../../src-main/core/training-run';
import { curve } from './state';

const settings = {
  batch: 256,
  learningRate: 0.001,
  weightDecay: 0.0001,
  averageSteps: 500,
  chunk: 8,
  execute: 4,
  history: 1,
  actions: 'delta' as const,
  environment: true,
  jointNoise: 0.3,
  environmentNoise: 0.02,
  jointDropout: 0,
  shift: 0,
  colour: 0,
  patience: 0,
};
export const plan: TrainPlan = {
  kind: 'mlp',
  settings,
  config: { hidden: [256, 256, 256] },
  cameras: [],
  reasons: [
    'The recording holds the task state, which teaches faster than pictures do: a state policy (MLP).',
    'Demonstrations of the same start differ little (spread 0.04), so one answer a moment is enough.',
    '31 demonstrations are few for 60 s: more noise on the joints, so that it does not learn them by heart.',
  ],
};

const field = (key: string, text: string, more: Partial<SettingField>): SettingField => ({
  ...{ key, text, kind: 'integer', min: 1, max: 100, choices: [], value: 1 },
  ...more,
});
const common: readonly SettingField[] = [
  field('batch', 'Samples per step', { max: 4096, value: 256 }),
  field('learningRate', 'Peak learning rate of AdamW; cosine to zero', {
    kind: 'number',
    min: 0,
    max: 1,
    value: 0.001,
  }),
  field('chunk', 'Actions predicted per call', { value: 8 }),
  field('actions', 'Predict positions relative to where the joints are now, or absolute ones', {
    ...{ kind: 'choice', choices: ['delta', 'absolute'], value: 'delta' },
  }),
  field('environment', 'Show the task state a simulator offers', { kind: 'switch', value: true }),
];
const method = (
  kind: MethodInfo['kind'],
  title: string,
  summary: string,
  more: Partial<MethodInfo> = {},
): MethodInfo => ({
  ...{ kind, title, summary, sees: false, needsCamera: false, remembers: false, settings: common },
  config: [field('hidden', 'Hidden widths', { kind: 'integers', min: null, max: null, value: [256, 256, 256] })],
  ...more,
});
export const methods: readonly MethodInfo[] = [
  method('mlp', 'State policy (MLP)', 'Learns from joint angles and task state in seconds.'),
  method('cnn', 'Camera policy (CNN)', 'Learns from pictures and joint angles.', { sees: true, needsCamera: true }),
  method('act', 'Action chunks (ACT)', 'A transformer that plans a stretch of motion at a time.', { sees: true }),
  method('knn', 'Nearest neighbour', 'Does what was done in the most similar moments.', { remembers: true }),
];

const run = (id: string, name: string, change: Partial<TrainingRun>): TrainingRun => ({
  ...{ version: 1, id, name, status: 'done', rollOn: 'pick-place', seconds: 60 },
  ...{ created: '2026-11-23T09:41:00Z', started: '2026-11-23T09:41:00Z', ended: '2026-11-23T09:42:04Z' },
  options: {
    ...{ dataset: '~/Understudy/cube-in-tray', out: `/policies/${id}`, name, policy: 'auto', seed: 0, heldOut: 0.15 },
    ...{ seconds: 60, skipFailures: true, tags: [], settings: {}, config: {}, engine: 'auto', compile: true },
    untrained: false,
  },
  data: { episodes: 31, heldOut: 5, rows: 7421, hash: 'a'.repeat(64) },
  rollouts: [
    { epoch: 12, elapsed: 12, successes: 3, trials: 10 },
    { epoch: 34, elapsed: 34, successes: 7, trials: 10 },
    { epoch: 60, elapsed: 60, successes: 9, trials: 10 },
  ],
  result: { heldOutLoss: 0.0091, bestEpoch: 58, epochs: 60, steps: 6520, engine: 'TensorFlow 2.15 on the processor' },
  ...{ plan, curve, fault: null, notices: [] },
  ...change,
});
const scaled = (by: number) => curve.map((p) => ({ ...p, heldOut: p.heldOut * by, train: p.train * by }));
export const runs: readonly TrainingRun[] = [
  run('q2', 'act, a longer one', {
    status: 'waiting',
    plan: null,
    data: null,
    curve: [],
    rollouts: [],
    result: null,
    seconds: 0,
  }),
  run('r4', 'cube-in-tray', {}),
  run('r3', 'by sight', { plan: { ...plan, kind: 'cnn' }, curve: scaled(1.5), rollouts: [] }),
  run('r2', 'overnight', { status: 'interrupted', curve: scaled(2.2).slice(0, 30), result: null, seconds: 3120 }),
  run('r1', 'first try', {
    status: 'failed',
    ...{ curve: [], rollouts: [], result: null, seconds: 0, data: null },
    fault: { kind: 'corrupt', message: 'Episode 3, row 12: the state is not a number', tip: 'Remove episode 3.' },
  }),
];
export const summaries: readonly RunSummary[] = runs.map(({ curve: _curve, ...rest }) => rest);
