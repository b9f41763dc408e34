import type { EpisodeDetail } from '../../src-main/core/contract';
import type { EpisodeInfo } from '../../src-main/core/episode';
import type { CheckpointInfo, EngineInfo } from '../../src-main/core/learning';
import { specOf } from '../../src-main/core/profile';
import type { AppState } from '../../src-main/core/state';
import { profileFor } from '../world/profiles';

/** Pretended states of the app, to look at every screen in a plain browser. Development only. */
const profile = profileFor('so101');
if (!profile) throw new Error('resources/robots/so101.json is missing');
export const spec = specOf(profile, 'so101-sim');
export const home = profile.home;

const engine: EngineInfo = { kind: 'native', detail: 'TensorFlow 2.15 on the processor' };
const curve = Array.from({ length: 60 }, (_, i) => ({
  epoch: i + 1,
  train: 0.4 * Math.exp(-i / 9) + 0.004 + 0.001 * Math.sin(i * 2.1),
  heldOut: 0.42 * Math.exp(-i / 10) + 0.009 + 0.0015 * Math.sin(i * 1.7) + i * 0.00004,
}));
const PROMPT = 'pick up the cube and put it in the tray';

export const base: AppState = {
  version: '0.1.0',
  platform: 'linux',
  runtime: {
    electron: '25.1.1',
    notice: 'This runtime is old: fine for trying Understudy, not for the open internet.',
  },
  engine,
  robot: {
    status: 'ready',
    spec: { ...spec, title: 'SO-101' },
    simulated: true,
    port: null,
    task: {
      id: 'pick-place',
      title: 'Pick and place',
      prompt: PROMPT,
      environment: ['cube.x', 'cube.y', 'cube.z'],
      timeLimit: 20,
      objects: [
        { name: 'cube', shape: 'box', size: [0.0125, 0.0125, 0.0125], color: '#d9463b' },
        { name: 'tray', shape: 'box', size: [0.05, 0.05, 0.004], color: '#3d6fb6', pos: [0.2, 0.13, 0.004] },
        {
          name: 'target',
          shape: 'cylinder',
          size: [0.03, 0.001],
          color: '#2f9e62',
          marker: true,
          pos: [0.22, -0.13, 0.001],
        },
      ],
    },
  },
  drive: {
    seat: 'hold',
    intervention: false,
    reason: null,
    speed: 0.6,
    mode: 'cartesian',
    deadman: false,
    rate: 60,
    hz: 59.97,
    lateP99: 0.42,
    clamped: 0,
  },
  inputs: [{ id: 'keyboard', kind: 'keyboard', label: 'Keyboard' }],
  dataset: {
    folder: '~/Understudy/cube-in-tray',
    name: 'cube-in-tray',
    robot: 'so101-sim',
    fps: 30,
    episodes: 31,
    frames: 7421,
    successes: 28,
    tasks: [PROMPT],
    cameras: ['front', 'wrist'],
  },
  record: {
    phase: 'idle',
    task: PROMPT,
    countdown: 3,
    cameras: ['front', 'wrist'],
    seconds: 0,
    rows: 0,
    pending: 0,
    suggestedSuccess: null,
  },
  train: { phase: 'idle', name: null, progress: null, curve: [], result: null, fault: null },
  policy: { status: 'ready', id: 'p2', name: 'cube-in-tray', latency: 1.3, problem: null },
  trials: { running: false, kind: 'policy', total: 0, done: 0, successes: 0, interval: [0, 1], seconds: 0, last: null },
  cameras: [],
  faults: [],
};

const training: AppState['train'] = {
  phase: 'running',
  name: 'cube-in-tray',
  curve: curve.slice(0, 38),
  result: null,
  fault: null,
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
  trained: { ...base, train: { ...training, phase: 'done', curve } },
  policy: {
    ...base,
    drive: { ...base.drive, seat: 'policy' },
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

export const episodes: readonly EpisodeInfo[] = Array.from({ length: 31 }, (_, index) => ({
  index,
  task: PROMPT,
  success: index % 11 === 5 ? false : index % 13 === 7 ? null : true,
  length: 210 + ((index * 37) % 90),
  duration: 7 + ((index * 37) % 90) / 30,
  pilots: index === 30 ? ['policy', 'person'] : ['person'],
  interventions: index === 30 ? 1 : 0,
  cameras: ['front', 'wrist'],
}));

export const joints = (t: number): number[] => [
  0.35 * Math.sin(t * 0.7),
  -0.33 + 0.25 * Math.sin(t * 0.5),
  0.155 + 0.25 * Math.sin(t * 0.9),
  1.4 + 0.1 * Math.sin(t),
  0.3 * Math.sin(t * 1.1),
  0.3 + 0.25 * Math.sin(t * 1.3),
];

export function detail(index: number): EpisodeDetail {
  const info = episodes[index] ?? (episodes[0] as EpisodeInfo);
  const rows = Array.from({ length: info.length }, (_, k) => ({
    t: k / 30,
    state: joints(k / 30),
    action: joints(k / 30 + 0.12),
    asked: joints(k / 30 + 0.12),
    environment: [],
    pilot: 'person',
    intervention: false,
  }));
  return {
    ...info,
    rows,
    jointNames: spec.joints.map((j) => j.name),
    videos: { front: { url: 'missing.mp4', from: 0, to: 8 }, wrist: { url: 'missing.mp4', from: 0, to: 8 } },
  };
}

const checkpoint = (
  id: string,
  name: string,
  kind: string,
  heldOutLoss: number,
  episodesUsed: number,
): CheckpointInfo => ({
  id,
  name,
  heldOutLoss,
  folder: `/policies/${id}`,
  created: '2026-11-23T09:41:00Z',
  curve,
  trainedOn: { dataset: 'cube-in-tray', episodes: episodesUsed },
  spec: {
    kind,
    robot: 'so101-sim',
    task: PROMPT,
    action: spec.joints.map((j) => j.name),
    history: 1,
    chunk: 16,
    execute: 8,
    rate: 30,
    observation: {
      joints: spec.joints.map((j) => j.name),
      environment: [],
      cameras: kind === 'cnn' ? [{ name: 'front', width: 96, height: 72 }] : [],
    },
  },
});
export const policies = [
  checkpoint('p2', 'cube-in-tray', 'mlp', 0.00912, 31),
  checkpoint('p3', 'cube-in-tray by sight', 'cnn', 0.0141, 31),
  checkpoint('p1', 'first try', 'mlp', 0.0408, 8),
];
