import { wilson } from '../core/statistics';
import type { TaskId } from '../core/task';
import { evaluatePolicy } from '../station/laboratory';
import { openPolicy } from './policy-process';

export interface Score {
  readonly successes: number;
  readonly trials: number;
  readonly success_rate: number;
  /** 95 %, Wilson. */
  readonly interval: [number, number];
  /** Mean seconds of the successful trials; null when there were none. */
  readonly mean_seconds: number | null;
  /** Median milliseconds of the last calls of the policy. */
  readonly call_ms: number | null;
}

/** Scores a checkpoint in the simulator on unseen starts. A policy that breaks down ends the evaluation with its fault. */
export async function score(
  checkpoint: string,
  options: { task: TaskId; trials: number; seed: number; onTrial?: (done: number, successes: number) => void },
): Promise<Score> {
  let broken: { error: unknown } | null = null;
  const { pilot, close } = await openPolicy(checkpoint, (error) => {
    broken ??= { error };
  });
  try {
    let successes = 0;
    const results = await evaluatePolicy({
      ...options,
      pilot,
      onTrial: (result, done) => {
        if (broken) throw broken.error;
        if (result.success) successes++;
        options.onTrial?.(done, successes);
      },
    });
    const won = results.filter((result) => result.success);
    const mean = won.reduce((sum, result) => sum + result.seconds, 0) / won.length;
    return {
      successes: won.length,
      trials: results.length,
      success_rate: won.length / results.length,
      interval: wilson(won.length, results.length),
      mean_seconds: won.length > 0 ? mean : null,
      call_ms: pilot.latency,
    };
  } finally {
    close();
  }
}

export const scoreLine = (s: Score): string =>
  `${s.successes} of ${s.trials} (${Math.round(s.success_rate * 100)} %, 95 % interval ${Math.round(s.interval[0] * 100)}–${Math.round(s.interval[1] * 100)} %)`;
