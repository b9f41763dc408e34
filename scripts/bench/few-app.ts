import { rmSync } from 'node:fs';
import { trainOptionsSchema } from '../../src-main/core/learning';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { openEngine } from '../../src-main/learner/engine';
import { openOnnx } from '../../src-main/learner/onnx/session';
import { train } from '../../src-main/learner/train';

/** A demonstration of `few/tasks.mjs`. */
type Rows = readonly { readonly state: readonly number[]; readonly action: readonly number[] }[];
interface TaskClass {
  readonly text: string;
  readonly title: string;
  readonly state: readonly string[];
  readonly action: readonly string[];
}

/** Writes demonstrations as a LeRobot folder of a robot that the app has never seen. */
export async function write(folder: string, task: TaskClass, fps: number, demonstrations: readonly Rows[]) {
  rmSync(folder, { recursive: true, force: true });
  const channels = (names: readonly string[]) => names.map((name) => ({ name, unit: 'raw' as const }));
  const dataset = await createDataset(folder, {
    robot: `bench-${task.title}`,
    joints: channels(task.state),
    action: channels(task.action),
    environment: [],
    fps,
    cameras: [],
  });
  for (const rows of demonstrations) {
    await dataset.add({
      task: task.text,
      success: true,
      rows: rows.map(({ state, action }, k) => ({
        t: k / fps,
        state,
        action,
        asked: action,
        environment: [],
        pilot: 'expert',
        intervention: false,
        clamped: '',
      })),
      videos: {},
    });
  }
  await dataset.close();
}

/** `understudy train --policy auto` in this process; → its result and processor seconds. */
export async function learn(folder: string, out: string, options: Readonly<Record<string, unknown>>) {
  const dataset = await openDataset(folder);
  const began = process.cpuUsage();
  const engine = await openEngine('auto');
  const parsed = trainOptionsSchema.parse({ dataset: folder, out, name: 'few', policy: 'auto', ...options });
  const result = await train(parsed, dataset, engine);
  await dataset.close();
  const { user, system } = process.cpuUsage(began);
  return { result, cpu: (user + system) / 1e6 };
}

/** The exported file as a function of one state → chunk of actions; nothing of ours is between. */
export async function openExported(file: string) {
  const session = await openOnnx(file);
  return async (state: readonly number[]): Promise<number[][]> => {
    const feeds = { 'observation.state': { data: Float32Array.from(state), shape: [1, state.length] } };
    const { action } = await session.run(feeds, ['action']);
    if (!action) throw new Error('The file gives no action.');
    const [, chunk = 0, channels = 0] = action.shape;
    return Array.from({ length: chunk }, (_, k) => [...action.data.subarray(k * channels, (k + 1) * channels)]);
  };
}
