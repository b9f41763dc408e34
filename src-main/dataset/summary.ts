import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../core/episode';

export interface DatasetSummary {
  readonly folder: string;
  readonly robot: string;
  readonly fps: number;
  readonly episodes: number;
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
  readonly successes: number;
  readonly failures: number;
  readonly unjudged: number;
  readonly interventions: number;
  readonly tasks: readonly { readonly task: string; readonly episodes: number }[];
  readonly cameras: readonly { readonly name: string; readonly width: number; readonly height: number }[];
  /** Bytes on disk, the trash of removed episodes not counted. */
  readonly bytes: number;
}

/** What `dataset info` prints. */
export async function datasetSummary(dataset: Dataset): Promise<DatasetSummary> {
  const episodes = dataset.list();
  const count = (test: (success: boolean | null) => boolean) => episodes.filter((e) => test(e.success)).length;
  const tasks = new Map<string, number>();
  for (const { task } of episodes) tasks.set(task, (tasks.get(task) ?? 0) + 1);
  const frames = episodes.reduce((sum, e) => sum + e.length, 0);
  return {
    folder: dataset.folder,
    robot: dataset.spec.robot,
    fps: dataset.spec.fps,
    episodes: episodes.length,
    frames,
    duration: frames / dataset.spec.fps,
    successes: count((s) => s === true),
    failures: count((s) => s === false),
    unjudged: count((s) => s === null),
    interventions: episodes.reduce((sum, e) => sum + e.interventions, 0),
    tasks: [...tasks].map(([task, n]) => ({ task, episodes: n })),
    cameras: dataset.spec.cameras,
    bytes: await bytesIn(dataset.folder),
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') ? 0 : bytesIn(path);
    return entry.isFile() ? stat(path).then((s) => s.size) : 0;
  });
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}
