import type { TrainOptions, TrainProgress } from '../core/learning';
import type { Engine } from './engine';
import type { Best, FitReport } from './fit';
import type { Samples } from './samples';
import type { TrainWatcher } from './train';

/** What whoever waits for a training hears of it. */
export type Report = (
  phase: TrainProgress['phase'],
  report: FitReport | null,
  best: Best | null,
  samples?: Samples,
) => void;

export function progressReporter(options: TrainOptions, engine: Engine, watch: TrainWatcher): Report {
  return (phase: TrainProgress['phase'], report: FitReport | null, best: Best | null, samples?: Samples): void => {
    const elapsed = report?.elapsed ?? (phase === 'saving' ? options.seconds : 0);
    watch.onProgress?.({
      phase,
      epoch: report?.epoch ?? best?.epoch ?? 0,
      step: report?.step ?? 0,
      trainLoss: report?.trainLoss ?? Number.NaN,
      heldOutLoss: report?.heldOutLoss ?? Number.NaN,
      bestHeldOutLoss: best?.heldOutLoss ?? Number.NaN,
      bestEpoch: best?.epoch ?? 0,
      elapsed,
      left: Math.max(0, options.seconds - elapsed),
      samplesPerSecond: report?.samplesPerSecond ?? 0,
      engine: engine.info,
      compiled: report?.compiled ?? false,
      ...(samples ? noticeFor(samples, report?.notice ?? null) : {}),
    });
  };
}

export function noticeFor(samples: Samples, other: string | null): { notice?: string } {
  const unknown =
    samples.heldOut.length > 0
      ? null
      : samples.episodes.train.length > 1
        ? 'No demonstration is held out, so nobody knows how well it does on unseen ones. A trial tells.'
        : 'No demonstration is held out, so nobody knows how well it does on unseen ones. Record a second one.';
  const all = [unknown, other].filter((text) => text !== null);
  return all.length > 0 ? { notice: all.join(' ') } : {};
}
