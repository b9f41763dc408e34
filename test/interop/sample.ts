import { createDataset } from '../../src-main/dataset/dataset';
import { encodeClip } from '../dataset/clip';
import { draft, SPEC } from '../dataset/draft';

/** Three episodes by two cameras, of different lengths and tasks, one of them relabelled, one removed in between. */
export async function writeSample(folder: string): Promise<void> {
  const cameras = ['front', 'wrist'].map((name) => ({ name, width: 320, height: 240 }));
  const dataset = await createDataset(folder, { ...SPEC, cameras });
  for (const [seed, length] of [45, 31, 60, 47].entries()) {
    const front = await encodeClip(length, 320, 240);
    const wrist = await encodeClip(length, 320, 240, (k) => [
      [200, 100, 50],
      [k, 255 - k, 128],
    ]);
    await dataset.add(draft(length, { seed, task: seed === 2 ? 'reach' : 'push the cube', videos: { front, wrist } }));
  }
  await dataset.remove(1);
  await dataset.relabel(0, { task: 'stack', success: false });
  await dataset.close();
}
