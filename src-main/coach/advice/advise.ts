import type { Advice } from '../../core/quality';
import { type Adviser, best, type Findings, type WeightedAdvice } from './advice';
import { adviseAmount, adviseFailures } from './amount';
import { adviseCameras } from './cameras';
import { adviseIdle, adviseWorst } from './episodes';
import { adviseGaps, adviseSameStart } from './gaps';
import { adviseTwins, adviseUnjudged, adviseWrongLabels } from './labels';
import { adviseStrategies } from './strategies';
import { adviseBalance, adviseSpelling } from './tasks';

const ADVISERS: readonly Adviser[] = [
  adviseUnjudged,
  adviseWrongLabels,
  adviseTwins,
  adviseCameras,
  adviseWorst,
  adviseIdle,
  adviseGaps,
  adviseSameStart,
  adviseSpelling,
  adviseBalance,
  adviseAmount,
  adviseFailures,
  adviseStrategies,
];

/** What to do next, most useful first, with a pause after each adviser. */
export function* advise(findings: Findings): Generator<void, Advice[]> {
  const all: WeightedAdvice[] = [];
  for (const adviser of ADVISERS) {
    all.push(...adviser(findings));
    yield;
  }
  return best(all);
}
