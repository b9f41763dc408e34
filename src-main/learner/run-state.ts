import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fault, isFault } from '../core/fault';
import { type TrainOptions, trainOptionsSchema } from '../core/learning';
import { type Curve, curveSchema, lossSchema as loss, type TrainPlan, trainPlanSchema } from '../core/training-plan';
import type { FitState } from './fit';

/**
 * A training under way, on disk beside where its checkpoint will be (`<out>.run/state.bin`): after a kill it goes on with
 * the very batches it would have had. It never leaves the machine, so numbers stand in the machine's own order:
 *
 *   magic (8) · header length (u32) · header (JSON) · 5 × n float32 (weights, average, m, v, best) · SHA-256 of all before
 *
 * Replaced whole: written beside its place, made safe on the disk, renamed.
 */
const MAGIC = Buffer.from('UNDRUN01', 'latin1');
const VECTORS = 5;
const DIGEST = 32;

const headerSchema = z.object({
  options: trainOptionsSchema,
  plan: trainPlanSchema,
  /** Of the data, see `fingerprint`. */
  hash: z.string(),
  curve: curveSchema,
  steps: z.number().int().min(0),
  elapsed: z.number().min(0),
  best: z.object({ epoch: z.number().int(), heldOutLoss: loss }),
  lowest: loss,
  lowestAt: z.number(),
  /** Weights of the network. */
  count: z.number().int().min(1),
});

/** All that is needed to go on. */
export interface RunState {
  readonly options: TrainOptions;
  readonly plan: TrainPlan;
  readonly hash: string;
  readonly curve: Curve;
  readonly fit: FitState;
}

export const stateBytes = (weights: number): number => VECTORS * 4 * weights;

export const runFolder = (out: string): string => `${out}.run`;
const fileIn = (out: string): string => join(runFolder(out), 'state.bin');

export async function writeRunState(state: RunState): Promise<void> {
  const { fit, options, plan, hash, curve } = state;
  const { steps, weights, average, m, v } = fit.optimiser;
  const { epoch, heldOutLoss } = fit.best;
  const header = Buffer.from(
    JSON.stringify({
      ...{ options, plan, hash, curve, steps, elapsed: fit.elapsed, best: { epoch, heldOutLoss } },
      ...{ lowest: fit.lowest, lowestAt: fit.lowestAt, count: weights.length },
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts = [MAGIC, length, header, ...[weights, average, m, v, fit.best.weights].map(bytesOf)];
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  const path = fileIn(options.out);
  const fresh = `${path}.${process.pid}.tmp`;
  await mkdir(runFolder(options.out), { recursive: true });
  const file = await open(fresh, 'w');
  try {
    for (const part of [...parts, digest.digest()]) await file.write(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

/** Null when nothing was interrupted there. Throws `corrupt` for a file that cannot be trusted. */
export async function readRunState(out: string): Promise<RunState | null> {
  const path = fileIn(out);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return decode(bytes);
  } catch (error) {
    const why = isFault(error) ? error.message : 'its header cannot be read';
    throw fault('corrupt', `The state of the interrupted training in ${path} is damaged: ${why}`, 'Start anew.', error);
  }
}

export const removeRunState = (out: string): Promise<void> => rm(runFolder(out), { recursive: true, force: true });

function decode(bytes: Buffer): RunState {
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST));
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('it is of another version');
  const digest = createHash('sha256').update(body).digest();
  if (!digest.equals(bytes.subarray(body.length))) throw damaged('it was cut short or changed');
  const at = MAGIC.length + 4 + body.readUInt32LE(MAGIC.length);
  const header = headerSchema.parse(JSON.parse(body.toString('utf8', MAGIC.length + 4, at)));
  const { options, plan, hash, curve, count, steps } = header;
  if (body.length !== at + VECTORS * count * 4) throw damaged('its vectors do not fit');
  const [weights, average, m, v, best] = Array.from({ length: VECTORS }, (_, i) =>
    floats(body, at + i * count * 4, count),
  );
  if (!weights || !average || !m || !v || !best) throw damaged('it lacks a vector');
  return {
    ...{ options, plan, hash, curve },
    fit: {
      optimiser: { steps, weights, average, m, v },
      elapsed: header.elapsed,
      best: { ...header.best, weights: best },
      lowest: header.lowest,
      lowestAt: header.lowestAt,
    },
  };
}

const damaged = (what: string) => fault('corrupt', what, 'Start anew.');
const bytesOf = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/** A copy: bytes in a file need not stand at a multiple of four. */
function floats(bytes: Buffer, at: number, count: number): Float32Array {
  const out = new Float32Array(count);
  bytesOf(out).set(bytes.subarray(at, at + count * 4));
  return out;
}
