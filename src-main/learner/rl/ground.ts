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

/**
 * Practice starts at numbers of its own, far from those of demonstrations and of evaluations (station/runs.ts), and others
 * for each seed: a policy that practises again must be checked on starts that are fresh to it, too.
 */
const PRACTICE_STARTS = 0x4000_0000;
/** The exam's starts, which nothing is ever trained on or chosen by, lie above this. */
export const EXAM_STARTS = 0x6000_0000;
const SEEDS = 512;
const PER_SEED = 0x10_0000;

export const practiceStarts = (seed: number): number => PRACTICE_STARTS + (seed % SEEDS) * PER_SEED;
export const examStarts = (seed: number): number => EXAM_STARTS + (seed % SEEDS) * PER_SEED;
