import type { PracticeOptions, PracticeResult } from '../../core/practice';
import type { Checkpoint } from '../checkpoint';
import type { Engine } from '../engine';
import { readReference } from '../insight/meter';
import { savePolicy } from '../onnx/save-policy';

/** Saves the improved weights as a policy of their own, which names its parent; the parent stays as it is. */
export async function saveImproved(
  engine: Engine,
  options: Pick<PracticeOptions, 'out' | 'name' | 'policy' | 'seed'>,
  { file, parts }: Checkpoint,
  weights: Float32Array,
  { start, end, rollouts, rows, seconds, rounds }: Omit<PracticeResult, 'checkpoint' | 'note'>,
): Promise<void> {
  const { weights: _weights, onnx: _onnx, ...rest } = file;
  const { out, name, seed, policy: parent } = options;
  const training = { ...file.training, options: { ...file.training.options, out, name, seed, start: parent } };
  const practice = { parent, parentName: file.name, start, end, rounds, rollouts, rows, seconds };
  const created = new Date().toISOString();
  // It practises the task it was shown: the demonstrations are still what it knows.
  const reference = await readReference(parent, file).catch(() => null);
  await savePolicy(engine, out, { ...rest, name, created, training, practice }, parts.network, weights, reference);
}
