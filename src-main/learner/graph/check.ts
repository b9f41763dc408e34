import type { Tensor } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { Engine } from '../engine';
import type { Compiled, InputSpec, StateSpec, Step } from './compile';
import { tensorOf } from './inputs';
import type { FeedArray } from './native';

/** How far two orders of the same float operations may lead apart: of the loss; of a state vector's length. */
const LOSS_TOLERANCE = 1e-4;
/**
 * Adam divides a gradient by its own size. Where a gradient is nothing but rounding, the step goes a full length either
 * way, so single weights prove nothing and the whole vector is compared.
 */
const STATE_TOLERANCE = 2e-3;

/**
 * Takes the same steps eagerly and compiled, from the state the graph was made with, on inputs it has not seen. Throws an
 * `incompatible` fault when they differ: the function depends on something that is not among its inputs. The compiled
 * state is at the start again afterwards.
 *
 * @param batches inputs of each step
 */
export async function checkStep(
  { tf }: Engine,
  step: Step,
  compiled: Compiled,
  state: readonly StateSpec[],
  inputs: readonly InputSpec[],
  batches: readonly (readonly FeedArray[])[],
): Promise<void> {
  let eager: Tensor[] = state.map(({ shape, value }) => tf.tensor(value, [...shape]));
  try {
    for (const batch of batches) {
      const next = tf.tidy(() => {
        const out = step(
          eager,
          inputs.map((input, i) => tensorOf(tf, input, batch[i] as FeedArray)),
        );
        return { state: [...out.state], loss: out.loss };
      });
      tf.dispose(eager);
      eager = next.state;
      const wanted = next.loss.dataSync()[0] as number;
      next.loss.dispose();
      const got = compiled.run(batch)[0] as number;
      if (!(Math.abs(got - wanted) <= LOSS_TOLERANCE * (Math.abs(wanted) + 1e-2)) && !Object.is(got, wanted)) {
        throw differs(`the loss is ${got} instead of ${wanted}`);
      }
    }
    for (const [i, values] of (await compiled.readState()).entries()) {
      const wanted = (await eager[i]?.data()) as Float32Array;
      if (distance(values, wanted) > STATE_TOLERANCE * (distance(wanted) + 1e-6)) {
        throw differs(`state ${i + 1} of ${state.length} is another`);
      }
    }
  } finally {
    tf.dispose(eager);
  }
  compiled.writeState(state.map(({ value }) => value));
}

/** Euclidean; from 0 when there is no other. */
function distance(a: Float32Array, b?: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b ? (b[i] as number) : 0)) ** 2;
  return Math.sqrt(sum);
}

const differs = (what: string) =>
  fault(
    'incompatible',
    `The compiled training step does something else than the step itself: ${what}.`,
    'Training goes on uncompiled. A step may depend on its inputs only, and draw no random numbers of its own.',
  );
