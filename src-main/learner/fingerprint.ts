import { createHash } from 'node:crypto';
import type { TrainData } from '../core/training-plan';
import type { Samples } from './samples';

/** What is learnt from, counted and hashed. Pictures are not read for it: a changed video without a changed row is not seen. */
export function fingerprint(samples: Samples): TrainData {
  const hash = createHash('sha256');
  const { rows, joints, environment, features, channels, chunk, history, relativeTo, cameras, tasks } = samples;
  hash.update(
    JSON.stringify([rows, joints, environment, features, channels, chunk, history, relativeTo, cameras, tasks]),
  );
  for (const part of [samples.inputs, samples.actions, samples.hints, samples.ends, samples.train, samples.heldOut]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  const { train, heldOut } = samples.episodes;
  return { episodes: train.length + heldOut.length, heldOut: heldOut.length, rows, hash: hash.digest('hex') };
}
