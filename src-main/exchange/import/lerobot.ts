import type { Dataset, DatasetSpec, EpisodeDraft } from '../../core/episode';
import { openDataset } from '../../dataset/dataset';
import { even } from './limits';
import type { ImportKind, ImportOptions, ImportSource, Step } from './types';
import { takeVideo } from './video';

/** A LeRobot folder, ours or another program's: read where it is, copied into a dataset of our own. */
export async function openLeRobot(kind: ImportKind, folder: string, options: ImportOptions): Promise<ImportSource> {
  return new LeRobotSource(kind, await openDataset(folder), options);
}

class LeRobotSource implements ImportSource {
  readonly spec: DatasetSpec;
  readonly names: readonly string[];
  readonly notes: readonly string[] = [];

  constructor(
    readonly kind: ImportKind,
    private readonly from: Dataset,
    private readonly options: ImportOptions,
  ) {
    const cameras = from.spec.cameras.map((c) => ({ ...c, width: even(c.width), height: even(c.height) }));
    this.spec = { ...from.spec, robot: options.robot ?? from.spec.robot, cameras };
    this.names = from.list().map((episode) => `episode ${episode.index}`);
  }

  async read(index: number, step: Step): Promise<EpisodeDraft> {
    const { rows, taken, task, success, id, tags, recorded } = await this.from.read(index);
    const videos: [string, EpisodeDraft['videos'][string]][] = [];
    for (const [i, { name, width, height }] of this.spec.cameras.entries()) {
      const { file, from, to } = this.from.video(index, name);
      const times = taken?.[name] ?? rows.map((row) => row.t);
      const { fps, cameras } = this.spec;
      const plan = { from, to, width, height, fps, cameras: cameras.length, times };
      videos.push([name, await takeVideo(file, plan, (s) => step((i + s) / cameras.length))]);
    }
    return { task: this.options.task ?? task, success, id, tags, recorded, rows, videos: Object.fromEntries(videos) };
  }

  close(): Promise<void> {
    return this.from.close();
  }
}
