import type { Dataset, EpisodeInfo } from '../../core/episode';
import { fault, toFault } from '../../core/fault';
import type { Insight, Look } from '../../core/insight';
import type { Policy } from '../../core/policy';
import type { Observation } from '../../core/types';
import { readCheckpoint } from '../checkpoint';
import { picture } from '../network-policy';
import { hasForeignSpec } from '../onnx/foreign-folder';
import { type EpisodeTrace, seenAt } from '../open-loop';
import { unpack } from '../parameters';
import type { Pictures } from '../pictures';
import type { Looking } from './compare';
import { callsFor, occlusion } from './occlusion';
import { type SaliencyMap, saliency } from './saliency';

/** Moments of an episode at which its pictures are looked at. */
const MOMENTS = 8;
/** With more channels there is one map for all of them. */
const MOST_MAPS = 16;
/** Seconds that covering pictures may take; a slow policy is looked at in fewer moments. */
const PATIENCE = 30;

/** How maps are made of one policy, in how many moments, and how that ends. */
interface Eye {
  readonly moments: number;
  map(seen: readonly Observation[]): Promise<SaliencyMap[]>;
  close(): void;
}

/** Maps of evenly spaced moments; none for a policy without cameras. That they cannot be had fails nothing else. */
export async function looksAt(
  folder: string,
  policy: Policy,
  trace: EpisodeTrace,
  shown: { readonly dataset: Dataset; readonly info: EpisodeInfo; readonly pictures: Pictures },
  { learning, signal }: Looking,
): Promise<Pick<Insight, 'looks' | 'blind'>> {
  const { spec } = policy;
  const { cameras } = spec.observation;
  if (cameras.length === 0) return { looks: [], blind: null };
  const { rows } = await shown.dataset.read(shown.info.index);
  const at = (row: number) => seenAt(spec, shown.info, rows, shown.pictures, row);
  let eye: Eye | null = null;
  const looks: Look[] = [];
  try {
    eye = (await hasForeignSpec(folder)) ? await coveringEye(policy, trace, at(0)) : await openEye(folder, learning);
    for (const row of moments(rows.length, eye.moments)) {
      if (signal?.aborted) throw fault('cancelled', 'The comparison was cancelled', 'Start it again.');
      const seen = at(row);
      const maps = await eye.map(seen);
      for (const [c, camera] of cameras.entries()) {
        const { all, channels } = maps[c] as SaliencyMap;
        looks.push({
          camera: camera.name,
          row,
          time: (rows[row]?.t ?? 0) - (rows[0]?.t ?? 0),
          width: camera.width,
          height: camera.height,
          picture: Uint8Array.from(picture(seen.at(-1) as Observation, camera)),
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
    eye?.close();
  }
}

/** Our own policies: by gradient. */
async function openEye(folder: string, learning: Looking['learning']): Promise<Eye> {
  const { parts, weights: flat } = await readCheckpoint(folder);
  const engine = await learning('auto');
  const { tf } = engine;
  const weights = tf.tidy(() => unpack(tf, tf.tensor1d(flat), parts.network.parameters));
  return {
    moments: MOMENTS,
    map: (seen) => saliency(engine, parts, weights, seen),
    close: () => tf.dispose(weights),
  };
}

/** Policies made elsewhere: by covering parts of the picture, as many as there is patience for. */
async function coveringEye(policy: Policy, trace: EpisodeTrace, first: readonly Observation[]): Promise<Eye> {
  const began = performance.now();
  await policy.act(first);
  const seconds = ((performance.now() - began) / 1000) * callsFor(policy.spec);
  const spreads = trace.demonstrated.map(
    (line) => line.reduce((a, b) => Math.max(a, b), -Infinity) - line.reduce((a, b) => Math.min(a, b), Infinity),
  );
  return {
    moments: Math.max(1, Math.min(MOMENTS, Math.floor(PATIENCE / seconds))),
    map: (seen) => occlusion(policy, seen, spreads),
    close: () => undefined,
  };
}

const moments = (rows: number, count: number): number[] => [
  ...new Set(Array.from({ length: count }, (_, i) => Math.round((i * (rows - 1)) / Math.max(1, count - 1)))),
];
