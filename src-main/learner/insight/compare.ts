import type { AbortSignalLike } from '../../core/clock';
import type { Dataset } from '../../core/episode';
import { fault } from '../../core/fault';
import type { Insight } from '../../core/insight';
import type { Engine } from '../engine';
import { openLoop } from '../open-loop';
import { openPolicyFolder } from '../open-policy';
import type { OpenPictures, Pictures } from '../pictures';
import { looksAt } from './looks';

/** More points than a plot has pixels tell nothing; errors are over all rows. */
const MOST_POINTS = 2000;

export interface Looking {
  /** Gives the learning engine, opened once. */
  readonly learning: (want: 'auto' | 'native' | 'wasm') => Promise<Engine>;
  readonly openPictures: OpenPictures;
  readonly signal?: AbortSignalLike;
}

/**
 * A policy beside one demonstration: what it would have done with what was seen, and, when it looks at pictures, where in
 * them its actions come from. Throws as `openLoop` and `openPolicyFolder` do.
 */
export async function compare(folder: string, dataset: Dataset, episode: number, on: Looking): Promise<Insight> {
  const info = dataset.list().find((one) => one.index === episode);
  if (!info) throw fault('not-found', `There is no demonstration ${episode}`, 'Choose one of the list.');
  const { policy } = await openPolicyFolder(folder, 'auto', on.learning);
  let pictures: Pictures | null = null;
  try {
    // Decoded once for both: they are closed here, not where they were first looked at.
    const once: OpenPictures = async (...about) => {
      pictures ??= await on.openPictures(...about);
      const { at } = pictures;
      return { at, close: () => undefined };
    };
    const { spec } = policy;
    const act = policy.act.bind(policy);
    const [trace] = await openLoop({ spec, act }, dataset, [episode], once, { signal: on.signal });
    if (!trace) throw fault('internal', 'The comparison has no result', 'Try another demonstration.');
    const seen = await once(dataset, [info], spec.observation.cameras);
    const { looks, blind } = await looksAt(folder, policy, trace, { dataset, info, pictures: seen }, on);
    const every = Math.ceil(trace.time.length / MOST_POINTS);
    const thin = (values: readonly number[]): number[] => values.filter((_, i) => i % every === 0);
    return {
      episode,
      channels: (dataset.spec.action ?? dataset.spec.joints).map(({ name, unit }) => ({ name, unit })),
      time: thin(trace.time),
      demonstrated: trace.demonstrated.map(thin),
      predicted: trace.predicted.map(thin),
      errors: [...trace.errors],
      looks,
      blind,
    };
  } finally {
    policy.dispose();
    (pictures as Pictures | null)?.close();
  }
}
