import type { CheckpointInfo } from '../../../src-main/core/learning';
import { PROMPT, spec } from './robot';
import { curve } from './state';

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
  trainedOn: { dataset: '~/Understudy/cube-in-tray', episodes: episodesUsed },
  spec: {
    kind,
    robot: 'so101-sim',
    task: PROMPT,
    tasks: kind === 'cnn' ? [PROMPT, 'push the cube onto the target'] : [],
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
  checkpoint('p2', 'cube-in-tray', 'mlp', 0.00912, 22),
  checkpoint('p3', 'cube-in-tray by sight', 'cnn', 0.0141, 31),
  checkpoint('p1', 'first try', 'mlp', 0.0408, 8),
];
