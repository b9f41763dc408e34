import type { EngineInfo } from '../../../src-main/core/learning';
import type { AppState } from '../../../src-main/core/state';
import { PROMPT, spec } from './robot';

export const engine: EngineInfo = { kind: 'native', detail: 'TensorFlow 2.15 on the processor' };
export const curve = Array.from({ length: 60 }, (_, i) => ({
  epoch: i + 1,
  train: 0.4 * Math.exp(-i / 9) + 0.004 + 0.001 * Math.sin(i * 2.1),
  heldOut: 0.42 * Math.exp(-i / 10) + 0.009 + 0.0015 * Math.sin(i * 1.7) + i * 0.00004,
}));

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
    readOnly: null,
    edits: { undo: null, redo: null, trash: 0 },
    saving: 0,
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
  train: {
    ...{ phase: 'idle', id: null, name: null, progress: null, curve: [], rollouts: [] },
    ...{ plan: null, notices: [], result: null, fault: null, queue: [] },
  },
  policy: { status: 'ready', id: 'p2', name: 'cube-in-tray', latency: 1.3, problem: null },
  practice: { phase: 'idle', name: null, where: 'simulator', progress: null, result: null, fault: null },
  trials: { running: false, kind: 'policy', total: 0, done: 0, successes: 0, interval: [0, 1], seconds: 0, last: null },
  cameras: [],
  faults: [],
  job: null,
  rescue: null,
  disk: { free: 182e9, seconds: 412_000, low: false },
  replay: null,
  coach: null,
};
