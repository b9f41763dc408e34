import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Dataset, EpisodeInfo } from '../core/episode';
import type { FramePack } from './frame-cache-file';

/** Which pictures a dataset has, by names that outlive an edit, and where in a pack the picture of each row is. */
export interface Choice {
  readonly cameras: readonly string[];
  /** Episodes by place; all when absent. */
  readonly episodes?: readonly number[];
}

export interface Wanted {
  readonly info: EpisodeInfo;
  readonly camera: string;
  readonly key: string;
}

/** One entry an episode and camera, episodes outermost. A video that is gone throws `not-found`. */
export async function segmentsOf(dataset: Dataset, choice: Choice): Promise<Wanted[]> {
  const list = dataset.list();
  const chosen = choice.episodes?.map((index) => list[index] as EpisodeInfo) ?? list;
  const stamps = new Map<string, Promise<string>>();
  const stamp = (file: string): Promise<string> => {
    const known = stamps.get(file) ?? stat(file).then((s) => `${s.size} ${Math.round(s.mtimeMs)}`);
    stamps.set(file, known);
    return known;
  };
  const wanted: Wanted[] = [];
  for (const info of chosen) {
    for (const camera of choice.cameras) {
      const { file, from, to } = dataset.video(info.index, camera);
      // The file by what it is and not by its name: an edit may move it.
      const words = [info.id, camera, await stamp(file), from, to, info.length];
      wanted.push({ info, camera, key: createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 40) });
    }
  }
  return wanted;
}

/** By camera, the picture of each row; null when an episode is missing. `wanted`: as `segmentsOf` gave it. */
export function rowTables(pack: FramePack, wanted: readonly Wanted[], cameras: number): readonly Uint32Array[] | null {
  const rows = cameras === 0 ? 0 : wanted.reduce((sum, { info }) => sum + info.length, 0) / cameras;
  const tables = Array.from({ length: cameras }, () => new Uint32Array(rows));
  let row = 0;
  for (const [i, { info, key }] of wanted.entries()) {
    const segment = pack.find(key);
    if (segment?.count !== info.length) return null;
    const camera = i % cameras;
    for (let k = 0; k < info.length; k++) (tables[camera] as Uint32Array)[row + k] = segment.first + k;
    if (camera === cameras - 1) row += info.length;
  }
  return tables;
}
