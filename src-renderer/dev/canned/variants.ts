import type { AppState } from '../../../src-main/core/state';
import { base, curve, engine } from './state';
import { plan } from './trainings';

const training: AppState['train'] = {
  ...base.train,
  phase: 'running',
  id: 'r5',
  plan,
  rollouts: [
    { epoch: 9, elapsed: 10, successes: 2, trials: 10 },
    { epoch: 30, elapsed: 31, successes: 6, trials: 10 },
  ],
  queue: [{ id: 'q2', name: 'act, a longer one', policy: 'act', seconds: 600 }],
  name: 'cube-in-tray',
  curve: curve.slice(0, 38),
  progress: {
    phase: 'training',
    epoch: 38,
    step: 4120,
    trainLoss: 0.0103,
    heldOutLoss: 0.0207,
    bestHeldOutLoss: 0.0199,
    bestEpoch: 37,
    elapsed: 36,
    left: 24,
    samplesPerSecond: 184_300,
    engine,
  },
};
const checked: AppState['job'] & object = {
  kind: 'check',
  title: 'Checked cube-in-tray',
  phase: 'done',
  done: 31,
  total: 31,
  note: '31 demonstrations looked at, 1 has a problem.',
  report: [
    { level: 'ok', text: 'Tables: 31 of 31 readable, 7,421 rows' },
    { level: 'error', text: 'Demonstration 12: its wrist video has 240 frames for 243 rows' },
    { level: 'warning', text: 'Statistics are older than the newest demonstration' },
    { level: 'info', text: '3 demonstrations are in the trash (4.1 MB)' },
  ],
  fault: null,
};
const fault = (id: number, message: string, tip: string) => ({
  id,
  at: `2026-11-23T10:12:0${id}Z`,
  kind: 'link-lost' as const,
  message,
  tip,
});

/** By name: `?state=recording`. */
export const variants: Readonly<Record<string, AppState>> = {
  base,
  driving: {
    ...base,
    drive: { ...base.drive, seat: 'person' },
    inputs: [...base.inputs, { id: 'pad', kind: 'gamepad', label: 'Xbox Wireless Controller' }],
  },
  countdown: {
    ...base,
    drive: { ...base.drive, seat: 'person' },
    record: { ...base.record, phase: 'countdown', seconds: 2.4 },
  },
  recording: {
    ...base,
    drive: { ...base.drive, seat: 'person', clamped: 3 },
    record: { ...base.record, phase: 'recording', seconds: 6.4, rows: 192, pending: 2 },
  },
  review: { ...base, record: { ...base.record, phase: 'review', seconds: 8.1, rows: 243, suggestedSuccess: true } },
  stopped: {
    ...base,
    drive: { ...base.drive, seat: 'stopped', reason: 'The stop button was pressed' },
    faults: [
      fault(1, 'The arm on /dev/ttyACM0 went silent', 'Check the USB cable and the power supply, then connect again.'),
      fault(2, 'Servo 3 (elbow_flex) reports overheating', 'Let it cool down for some minutes.'),
    ],
  },
  training: { ...base, train: training },
  paused: {
    ...base,
    train: { ...training, phase: 'paused', notices: ['Goes on where it was interrupted, after 12 s (step 1310).'] },
  },
  failed: {
    ...base,
    train: {
      ...base.train,
      ...{ phase: 'failed', id: 'r1', name: 'first try' },
      fault: {
        kind: 'corrupt',
        message: 'Episode 3, row 12: the state of elbow is not a number',
        tip: 'Remove episode 3 from the dataset; the others can still be trained on.',
      },
    },
  },
  trained: { ...base, train: { ...training, phase: 'done', curve } },
  policy: {
    ...base,
    drive: { ...base.drive, seat: 'policy' },
    policy: { ...base.policy, distance: 2.4 },
    trials: {
      ...base.trials,
      running: true,
      total: 50,
      done: 17,
      successes: 15,
      interval: [0.66, 0.97],
      seconds: 4.2,
      last: 'success',
    },
  },
  practice: {
    ...base,
    practice: {
      ...base.practice,
      phase: 'running',
      name: 'cube-in-tray',
      progress: {
        phase: 'exploring',
        round: 4,
        rollouts: 286,
        elapsed: 240,
        left: 660,
        start: { successes: 35, trials: 60 },
        best: { successes: 51, trials: 60 },
        curve: [17, 19, 24, 26].map((successes, round) => ({
          ...{ successes, trials: 30, round, rollouts: 30 + 70 * round, elapsed: 60 * round },
        })),
      },
    },
  },
  intervention: { ...base, drive: { ...base.drive, seat: 'person', intervention: true } },
  real: {
    ...base,
    robot: { ...base.robot, simulated: false, task: null, port: '/dev/ttyACM0' },
    trials: {
      ...base.trials,
      running: true,
      total: 10,
      done: 3,
      successes: 2,
      interval: [0.2, 0.94],
      seconds: 9,
      last: 'failure',
    },
  },
  'read-only': {
    ...base,
    dataset: base.dataset && {
      ...base.dataset,
      readOnly: 'This is a LeRobot v2.1 dataset: it can be read, not changed. Export it as v3.0 to edit it.',
    },
  },
  'no-demos': { ...base, dataset: base.dataset && { ...base.dataset, episodes: 0, frames: 0, successes: 0 } },
  check: { ...base, job: checked },
  exporting: {
    ...base,
    job: {
      ...checked,
      kind: 'export',
      title: 'Exporting to cube-in-tray-v3',
      phase: 'running',
      done: 12,
      total: 31,
      note: 'demonstration 12',
      report: [],
    },
  },
  replay: { ...base, drive: { ...base.drive, seat: 'replay' }, replay: { index: 3, row: 90, rows: 240 } },
  empty: {
    ...base,
    engine: {
      kind: 'wasm',
      detail: 'TensorFlow.js, WebAssembly',
      tip: 'Run npm run setup again with network access to get the native engine, about ten times faster.',
    },
    robot: { status: 'closed', spec: null, simulated: false, task: null, port: null },
    dataset: null,
    drive: { ...base.drive, hz: 0, lateP99: 0 },
    record: { ...base.record, task: '', cameras: [] },
    policy: { status: 'none', id: null, name: null, latency: null, problem: null },
  },
};
