import { basename, join } from 'node:path';
import type { Dataset, DatasetSpec } from '../core/episode';
import { fault } from '../core/fault';
import type { CameraOffer } from '../core/media';
import type { DatasetState } from '../core/state';
import { createDataset, isDataset, openDataset } from '../dataset/dataset';
import type { Rig, RobotChoice } from './rig';

/** Rows per second of what we record: LeRobot's usual rate, every second tick of the 60 Hz loop. */
export const RECORD_FPS = 30;

/** One key per thing that fixes a dataset's shape: the robot, and in simulation the task. */
export const robotKey = (choice: RobotChoice): string =>
  choice.kind === 'so101-sim' ? `so101-sim-${choice.task}` : choice.kind;

/** The open dataset and the folder where new ones go. */
export class Library {
  #dataset: Dataset | null = null;
  /** Goes up when a dataset is opened or changed, so that the page does not show a cached video. */
  version = 0;

  constructor(readonly home: string) {}

  get dataset(): Dataset | null {
    return this.#dataset;
  }

  get policiesFolder(): string {
    return join(this.home, 'policies');
  }

  defaultFolder(choice: RobotChoice): string {
    return join(this.home, 'datasets', robotKey(choice));
  }

  /** Opens a folder; the dataset open before stays open when this one is refused. */
  async open(folder: string, rig: Rig | null): Promise<Dataset> {
    const next = await openDataset(folder);
    if (rig) {
      try {
        assertFits(next, rig);
      } catch (error) {
        await next.close();
        throw error;
      }
    }
    await this.#swap(next);
    return next;
  }

  async openIfThere(folder: string, rig: Rig): Promise<void> {
    if (await isDataset(folder)) await this.open(folder, rig);
    else await this.#swap(null);
  }

  /** The dataset to record into; made on first use, with the cameras of that moment. */
  async forRecording(
    rig: Rig,
    cameras: readonly CameraOffer[],
    folder = this.defaultFolder(rig.choice),
  ): Promise<Dataset> {
    if (!this.#dataset) {
      if (await isDataset(folder)) await this.open(folder, rig);
      else await this.create(folder, rig, cameras);
    }
    const dataset = this.#dataset;
    if (!dataset) throw fault('not-found', 'No dataset is open', 'Open or create one on the Demos screen.');
    assertFits(dataset, rig);
    assertSameCameras(dataset, cameras);
    return dataset;
  }

  async create(folder: string, rig: Rig, cameras: readonly CameraOffer[]): Promise<Dataset> {
    const spec: DatasetSpec = {
      robot: rig.robot.spec.kind,
      joints: rig.robot.spec.joints.map(({ name, unit }) => ({ name, unit })),
      environment: rig.task?.environment ?? [],
      fps: RECORD_FPS,
      cameras: cameras.map(({ name, width, height }) => ({ name, width, height })),
    };
    const dataset = await createDataset(folder, spec);
    await this.#swap(dataset);
    return dataset;
  }

  state(): DatasetState | null {
    const dataset = this.#dataset;
    if (!dataset) return null;
    const episodes = dataset.list();
    return {
      folder: dataset.folder,
      name: basename(dataset.folder),
      robot: dataset.spec.robot,
      fps: dataset.spec.fps,
      episodes: episodes.length,
      frames: episodes.reduce((sum, episode) => sum + episode.length, 0),
      successes: episodes.filter((episode) => episode.success === true).length,
      tasks: [...new Set(episodes.map((episode) => episode.task))],
      cameras: dataset.spec.cameras.map((camera) => camera.name),
      readOnly: dataset.readOnly,
      edits: dataset.editState(),
      saving: 0,
    };
  }

  async close(): Promise<void> {
    await this.#swap(null);
  }

  async #swap(next: Dataset | null): Promise<void> {
    const old = this.#dataset;
    this.#dataset = next;
    this.version++;
    await old?.close();
  }
}

function assertFits(dataset: Dataset, rig: Rig): void {
  const wanted = rig.robot.spec.joints.map((joint) => joint.name).join(', ');
  const found = dataset.spec.joints.map((joint) => joint.name).join(', ');
  if (wanted !== found) {
    throw fault(
      'incompatible',
      `This dataset is of another robot: its joints are ${found}`,
      'Open a dataset of this robot, or create a new one.',
    );
  }
  const values = (rig.task?.environment ?? []).join(', ');
  const stored = dataset.spec.environment.join(', ');
  if (values !== stored) {
    throw fault(
      'incompatible',
      `This dataset is of another task: it stores ${stored || 'no task state'}, this task has ${values || 'none'}`,
      'Choose the matching task on the Setup screen, or create a new dataset.',
    );
  }
}

function assertSameCameras(dataset: Dataset, cameras: readonly CameraOffer[]): void {
  const listed = (list: readonly { name: string; width: number; height: number }[]) =>
    [...list]
      .map((c) => `${c.name} ${c.width}×${c.height}`)
      .sort()
      .join(', ') || 'no camera';
  const wanted = listed(dataset.spec.cameras);
  const chosen = listed(cameras);
  if (wanted === chosen) return;
  throw fault(
    'incompatible',
    `This dataset records ${wanted}, but now it would be ${chosen}`,
    'Choose the same cameras in the recorder bar, or create a new dataset on the Demos screen.',
  );
}
