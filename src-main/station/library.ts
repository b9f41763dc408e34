import { basename, join } from 'node:path';
import type { Dataset, DatasetSpec, EpisodeInfo } from '../core/episode';
import { fault } from '../core/fault';
import type { CameraOffer } from '../core/media';
import type { DatasetState, RescueReport } from '../core/state';
import type { TakeLogs } from '../core/take-log';
import { isDataset } from '../dataset/dataset';
import type { DatasetHost } from '../dataset/host-client';
import type { HostedDataset } from '../dataset/host-dataset';
import { Journal } from '../dataset/journal/journal';
import { assertFits } from './fit';
import type { Rig, RobotChoice } from './rig';
import { assertSameCameras } from './same-cameras';

/** Rows per second of what we record: LeRobot's usual rate, every second tick of the 60 Hz loop. */
export const RECORD_FPS = 30;

/** One key per thing that fixes a dataset's shape: the robot, and in simulation the task. */
export const robotKey = (choice: RobotChoice): string =>
  choice.kind === 'so101-sim' ? `so101-sim-${choice.task}` : choice.kind;

export interface LibraryHost {
  /** A kept take has become an episode of the open dataset. */
  added(): void;
  changed(): void;
  failed(error: unknown): void;
}

/** The open dataset, recording into it, and the folder where new ones go. */
export class Library {
  #dataset: HostedDataset | null = null;
  #journal: Journal | null = null;
  #rescue: RescueReport | null = null;
  #summary: { readonly of: readonly EpisodeInfo[]; readonly state: Summary } | null = null;
  /** Goes up when a dataset is opened or changed, so that the page does not show a cached video. */
  version = 0;

  constructor(
    readonly home: string,
    /** Runs heavy work outside of the process that turns the control loop; see dataset/host-work.ts. */
    readonly host: DatasetHost,
    private readonly owner: LibraryHost,
  ) {}

  get dataset(): HostedDataset | null {
    return this.#dataset;
  }

  get policiesFolder(): string {
    return join(this.home, 'policies');
  }

  defaultFolder(choice: RobotChoice): string {
    return join(this.home, 'datasets', robotKey(choice));
  }

  /** Opens a folder; the dataset open before stays open when this one is refused. */
  async open(folder: string): Promise<Dataset> {
    // It may be the folder that is open: what is on its way into it must be there first.
    await this.settle();
    const next = await this.host.openDataset(folder);
    await this.#swap(next);
    return next;
  }

  async openIfThere(folder: string): Promise<void> {
    if (await isDataset(folder)) await this.open(folder);
    else await this.#swap(null);
  }

  /** Where the next take goes; the dataset is made on first use, with the cameras of that moment. */
  async forRecording(
    rig: Rig,
    cameras: readonly CameraOffer[],
    folder = this.defaultFolder(rig.choice),
  ): Promise<TakeLogs> {
    if (!this.#dataset) {
      if (await isDataset(folder)) await this.open(folder);
      else await this.create(folder, rig, cameras);
    }
    const dataset = this.#dataset;
    if (!dataset || !this.#journal)
      throw fault('not-found', 'No dataset is open', 'Open or create one on the Demos screen.');
    assertFits(dataset, rig);
    assertSameCameras(dataset.spec.cameras, cameras);
    return this.#journal;
  }

  async create(folder: string, rig: Rig, cameras: readonly CameraOffer[]): Promise<Dataset> {
    const spec: DatasetSpec = {
      robot: rig.robot.spec.kind,
      joints: rig.robot.spec.joints.map(({ name, unit }) => ({ name, unit })),
      environment: rig.task?.environment ?? [],
      fps: RECORD_FPS,
      cameras: cameras.map(({ name, width, height }) => ({ name, width, height })),
    };
    const dataset = await this.host.createDataset(folder, spec);
    await this.#swap(dataset);
    return dataset;
  }

  /** Resolves when every kept take is in the dataset, or cannot be saved now. */
  async settle(): Promise<void> {
    await this.#journal?.settle();
  }

  /** What was saved of a crash when this dataset was opened, until the person has read it. */
  get rescue(): RescueReport | null {
    return this.#rescue;
  }

  dismissRescue(): void {
    this.#rescue = null;
    this.owner.changed();
  }

  state(): DatasetState | null {
    const dataset = this.#dataset;
    if (!dataset) return null;
    const episodes = dataset.list();
    // Asked many times a second: counted again only when the list is another one.
    if (this.#summary?.of !== episodes) this.#summary = { of: episodes, state: summarise(episodes) };
    return {
      folder: dataset.folder,
      name: basename(dataset.folder),
      robot: dataset.spec.robot,
      fps: dataset.spec.fps,
      ...this.#summary.state,
      cameras: dataset.spec.cameras.map((camera) => camera.name),
      readOnly: dataset.readOnly,
      edits: dataset.editState(),
      saving: this.#journal?.saving ?? 0,
    };
  }

  async close(): Promise<void> {
    await this.#swap(null);
  }

  /** Closes the dataset and ends its process. */
  async end(): Promise<void> {
    await this.close();
    this.host.close();
  }

  async #swap(next: HostedDataset | null): Promise<void> {
    const old = this.#dataset;
    const journal = this.#journal;
    const { owner } = this;
    this.#dataset = next;
    this.#journal =
      next &&
      new Journal(next, {
        added: () => owner.added(),
        changed: () => owner.changed(),
        failed: (error) => owner.failed(error),
      });
    this.#rescue = next && next.rescued.length > 0 ? { folder: next.folder, takes: next.rescued } : null;
    this.version++;
    await journal?.close();
    await old?.close();
  }
}

type Summary = Pick<DatasetState, 'episodes' | 'frames' | 'successes' | 'tasks'>;

const summarise = (episodes: readonly EpisodeInfo[]): Summary => ({
  episodes: episodes.length,
  frames: episodes.reduce((sum, episode) => sum + episode.length, 0),
  successes: episodes.filter((episode) => episode.success === true).length,
  tasks: [...new Set(episodes.map((episode) => episode.task))],
});
