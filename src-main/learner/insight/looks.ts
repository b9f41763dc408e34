import type { Dataset, EpisodeInfo } from '../../core/episode';
import { fault, toFault } from '../../core/fault';
import type { Insight, Look } from '../../core/insight';
import { readCheckpoint } from '../checkpoint';
import { picture } from '../network-policy';
import { hasForeignSpec } from '../onnx/foreign-folder';
import { seenAt } from '../open-loop';
import { unpack } from '../parameters';
import type { Pictures } from '../pictures';
import type { Looking } from './compare';
import { saliency } from './saliency';

/** Moments of an episode at which its pictures are looked at. */
const MOMENTS = 8;
/** With more channels there is one map for all of them. */
const MOST_MAPS = 16;

/** Maps of evenly spaced moments; none for a policy without cameras. That they cannot be had fails nothing else. */
export async function looksAt(
  folder: string,
  dataset: Dataset,
  info: EpisodeInfo,
  pictures: Pictures,
  { learning, signal }: Looking,
): Promise<Pick<Insight, 'looks' | 'blind'>> {
  if (await hasForeignSpec(folder)) {
    return { looks: [], blind: 'Where a policy made elsewhere looks is not known: it has no gradient here.' };
  }
  const { parts, weights: flat } = await readCheckpoint(folder);
  const { spec } = parts;
  const { cameras } = spec.observation;
  if (cameras.length === 0) return { looks: [], blind: null };
  const { rows } = await dataset.read(info.index);
  const engine = await learning('auto');
  const { tf } = engine;
  const weights = tf.tidy(() => unpack(tf, tf.tensor1d(flat), parts.network.parameters));
  const looks: Look[] = [];
  try {
    for (const row of moments(rows.length)) {
      if (signal?.aborted) throw fault('cancelled', 'The comparison was cancelled', 'Start it again.');
      const seen = seenAt(spec, info, rows, pictures, row);
      const maps = await saliency(engine, parts, weights, seen);
      for (const [c, camera] of cameras.entries()) {
        const { all, channels } = maps[c] as (typeof maps)[number];
        looks.push({
          camera: camera.name,
          row,
          time: (rows[row]?.t ?? 0) - (rows[0]?.t ?? 0),
          width: camera.width,
          height: camera.height,
          picture: Uint8Array.from(picture(seen.at(-1) as (typeof seen)[number], camera)),
          columns: all.columns,
          rows: all.rows,
          map: all.values,
          maps: channels.length <= MOST_MAPS ? channels.map((grid) => grid.values) : [],
        });
      }
    }
    return { looks, blind: null };
  } catch (error) {
    const { kind, message } = toFault(error);
    if (kind === 'cancelled') throw error;
    return { looks: [], blind: `Where it looks could not be computed: ${message}` };
  } finally {
    tf.dispose(weights);
  }
}

const moments = (rows: number): number[] => [
  ...new Set(Array.from({ length: MOMENTS }, (_, i) => Math.round((i * (rows - 1)) / (MOMENTS - 1)))),
];
