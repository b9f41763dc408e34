import type { Curve } from '../core/training-plan';
import type { FitStart } from './fit';
import type { Unfinished } from './run-keeper';

/** Where an interrupted training goes on, and what to tell about it; nothing of it for a new one. */
export interface Resumption {
  readonly start: FitStart;
  readonly curve: Curve;
  readonly says: string | null;
}

/** @param count weights of the network @param hash of the data, see `fingerprint` */
export function resumption({ state, notice }: Unfinished, count: number, hash: string): Resumption {
  const anew = { start: null, curve: [] as Curve, says: notice };
  if (!state) return anew;
  const { fit: at, curve } = state;
  if (at.optimiser.weights.length !== count) {
    return { ...anew, says: 'An unfinished training with another network was here; its weights are not used.' };
  }
  if (state.hash === hash) {
    const says = `Goes on where it was interrupted, after ${Math.round(at.elapsed)} s (step ${at.optimiser.steps}).`;
    return { start: { resume: at }, curve, says };
  }
  return {
    ...anew,
    start: { weights: at.best.weights },
    says: 'The demonstrations changed since this training was interrupted: it starts anew, from the weights it had.',
  };
}
