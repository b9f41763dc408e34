import { Random } from '../core/random';
import { arrange, batchShapes, makeBatch, tensorsOf } from './batch';
import type { Tf } from './engine';
import { unpack } from './parameters';
import type { Network } from './policies/method';
import type { Samples } from './samples';

/** The random numbers of an evaluation are the same each time, so that its figures can be compared. */
const DRAWS = 77;

/** Mean held-out error on these rows, in normalised units, ≥ 0; NaN for no rows. */
export function evaluate(
  tf: Tf,
  network: Network,
  samples: Samples,
  rows: Int32Array,
  weights: Float32Array,
  batch: number,
): number {
  const hints = samples.hintScale.size > 0;
  const draws = new Random(DRAWS);
  const measure = network.error ?? network.loss;
  return tf.tidy(() => {
    const unpacked = unpack(tf, tf.tensor1d(weights), network.parameters);
    let sum = 0;
    for (let at = 0; at < rows.length; at += batch) {
      const some = rows.subarray(at, at + batch);
      sum += tf.tidy(() => {
        const made = makeBatch(samples, some, network.lossDraws, draws, null);
        const tensors = tensorsOf(tf, made, batchShapes(samples, network.lossDraws, some.length));
        const { input, targets, draws: drawn } = arrange(tensors, samples.cameras.length, hints);
        return (measure(tf, unpacked, input, targets, drawn).dataSync()[0] as number) * some.length;
      });
    }
    return rows.length === 0 ? Number.NaN : sum / rows.length;
  }) as number;
}
