import type { Dataset, DatasetSpec, EpisodeInfo, EpisodeRow } from '../../src-main/core/episode';
import { fault } from '../../src-main/core/fault';

export interface FakeEpisode {
  readonly rows: readonly EpisodeRow[];
  readonly success?: boolean | null;
  readonly task?: string;
}

export const row = (
  state: readonly number[],
  action: readonly number[],
  environment: readonly number[] = [],
): EpisodeRow => ({
  t: 0,
  state,
  action,
  asked: action,
  environment,
  pilot: 'expert',
  intervention: false,
  clamped: '',
});

/** A dataset in memory, read-only. */
export function fakeDataset(episodes: readonly FakeEpisode[], change: Partial<DatasetSpec> = {}): Dataset {
  const first = episodes[0]?.rows[0];
  const spec: DatasetSpec = {
    robot: 'fake',
    joints: (first?.state ?? [0]).map((_, i) => ({ name: `joint${i}`, unit: 'rad' as const })),
    environment: (first?.environment ?? []).map((_, i) => `thing${i}`),
    fps: 30,
    cameras: [],
    ...change,
  };
  const infos: EpisodeInfo[] = episodes.map(({ rows, success = true, task = 'do it' }, index) => ({
    index,
    id: `episode-${index}`,
    task,
    success,
    tags: [],
    recorded: null,
    length: rows.length,
    duration: rows.length / spec.fps,
    pilots: ['expert'],
    interventions: 0,
    cameras: spec.cameras.map((c) => c.name),
  }));
  const no = async (): Promise<never> => {
    throw fault('read-only', 'the fake dataset cannot be changed', '');
  };
  return {
    folder: '/fake',
    spec,
    list: () => infos,
    read: async (index) => ({ ...(infos[index] as EpisodeInfo), rows: episodes[index]?.rows ?? [] }),
    video: () => ({ file: '/fake.mp4', from: 0, to: 1 }),
    add: no,
    readOnly: 'it is a fake',
    edit: no,
    editState: () => ({ undo: null, redo: null, trash: 0 }),
    undo: no,
    redo: no,
    trash: async () => [],
    emptyTrash: no,
    remove: no,
    relabel: no,
    close: async () => undefined,
  };
}
