import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import type { Tf } from './engine';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
/** The average is updated every so many steps: it costs three passes over all weights. */
const AVERAGE_EVERY = 4;

/**
 * AdamW (Loshchilov & Hutter 2019) on one flat vector of weights, and an exponential moving average of the weights
 * (Polyak), which is what is evaluated, saved and driven with.
 */
export class Adam {
  #weights: Tensor1D;
  #average: Tensor1D;
  #m: Tensor1D;
  #v: Tensor1D;
  #steps = 0;

  constructor(
    readonly tf: Tf,
    start: Float32Array,
    readonly decay = 1e-4,
    /** Steps the average looks back on, at most. */
    readonly memory = 500,
  ) {
    this.#weights = tf.tensor1d(start);
    this.#average = tf.tensor1d(start);
    this.#m = tf.zeros([start.length]);
    this.#v = tf.zeros([start.length]);
  }

  get steps(): number {
    return this.#steps;
  }

  get average(): Tensor1D {
    return this.#average;
  }

  /** One step down `lossOf(weights)`; the caller disposes the loss that comes back. */
  step(lossOf: (weights: Tensor1D) => Scalar, rate: number): Scalar {
    const { tf } = this;
    const n = ++this.#steps;
    const next = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((w) => lossOf(w as Tensor1D))(this.#weights);
      const m = tf.add(tf.mul(this.#m, BETA1), tf.mul(grad, 1 - BETA1)) as Tensor1D;
      const v = tf.add(tf.mul(this.#v, BETA2), tf.mul(tf.square(grad), 1 - BETA2)) as Tensor1D;
      // Both bias corrections in two numbers, so that no further pass over the weights is needed.
      const correction = Math.sqrt(1 - BETA2 ** n);
      const size = (rate * correction) / (1 - BETA1 ** n);
      const update = tf.mul(tf.div(m, tf.add(tf.sqrt(v), EPSILON * correction)), size);
      const weights = tf.sub(tf.mul(this.#weights, 1 - rate * this.decay), update) as Tensor1D;
      return { weights, m, v, loss: value };
    });
    tf.dispose([this.#weights, this.#m, this.#v]);
    // Kept, so that a caller may take a step inside a tidy of its own.
    this.#weights = tf.keep(next.weights);
    this.#m = tf.keep(next.m);
    this.#v = tf.keep(next.v);
    if (n % AVERAGE_EVERY === 0) this.#updateAverage(n);
    return next.loss;
  }

  #updateAverage(step: number): void {
    const { tf } = this;
    // A short memory at first, so that the random start is soon forgotten.
    const share = AVERAGE_EVERY / Math.max(AVERAGE_EVERY, Math.min(this.memory, step / 4));
    const old = this.#average;
    this.#average = tf.keep(tf.tidy(() => tf.add(old, tf.mul(tf.sub(this.#weights, old), share)) as Tensor1D));
    old.dispose();
  }

  dispose(): void {
    this.tf.dispose([this.#weights, this.#average, this.#m, this.#v]);
  }
}
