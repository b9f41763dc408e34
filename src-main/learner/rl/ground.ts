import type { AbortSignalLike } from '../../core/clock';
import type { PolicySpec } from '../../core/policy';
import type { Lived } from './experience';
import type { Act } from './explore';

/** One try from a start, scored by the task's own test. */
export interface Rollout extends Lived {
  readonly start: number;
  readonly success: boolean;
}

/** Somewhere a policy can try, as often as it likes: the same start number is the same start. */
export interface Ground {
  /** Rejects with `cancelled` when the signal aborts. */
  tryOut(spec: PolicySpec, act: Act, start: number, signal?: AbortSignalLike): Promise<Rollout>;
  close(): Promise<void>;
}

/** Practice starts at these numbers: far from those of demonstrations and of evaluations (station/runs.ts). */
export const PRACTICE_STARTS = 0x4000_0000;
/** The exam's starts, which nothing is ever trained on or chosen by. */
export const EXAM_STARTS = 0x6000_0000;
