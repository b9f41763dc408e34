import { z } from 'zod';
import { FaultError } from './fault';
import type { ToTrainer } from './learning';
import { POLICY_KINDS, trainOptionsSchema } from './learning';
import { plannedSchema } from './training-plan';

/** The two learner processes' messages, parsed on both sides: a process of another version must not be misread. */

const names = z.array(z.string());
const size = z.number().int().min(1);
const id = z.number().int().min(0);
/** Losses are NaN before the first measurement; structured clone keeps that. */
const loss = z.number().or(z.nan());

export const policySpecSchema = z.object({
  kind: z.enum([...POLICY_KINDS, 'onnx']),
  robot: z.string(),
  task: z.string(),
  tasks: names.default([]),
  observation: z.object({
    joints: names,
    environment: names,
    cameras: z.array(z.object({ name: z.string(), width: size, height: size })),
  }),
  action: names,
  history: size,
  chunk: size,
  execute: size,
  rate: z.number().positive(),
});

const faultSchema = z.object({ kind: z.string(), message: z.string(), tip: z.string() });
const engineSchema = z.object({
  kind: z.enum(['native', 'wasm', 'onnx']),
  detail: z.string(),
  tip: z.string().optional(),
});

export const toTrainerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('train'), options: trainOptionsSchema }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('snapshot'), folder: z.string().min(1) }),
]) satisfies z.ZodType<ToTrainer>;

export const fromTrainerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('planned'), planned: plannedSchema }),
  z.object({
    type: z.literal('snapshot'),
    snapshot: z.object({ folder: z.string(), epoch: z.number(), elapsed: z.number() }),
  }),
  z.object({
    type: z.literal('progress'),
    progress: z.object({
      phase: z.enum(['loading', 'training', 'paused', 'saving', 'testing']),
      epoch: z.number(),
      step: z.number(),
      trainLoss: loss,
      heldOutLoss: loss,
      bestHeldOutLoss: loss,
      bestEpoch: z.number(),
      elapsed: z.number(),
      left: z.number(),
      samplesPerSecond: z.number(),
      engine: engineSchema,
      compiled: z.boolean().optional(),
      notice: z.string().optional(),
    }),
  }),
  z.object({
    type: z.literal('done'),
    result: z.object({
      checkpoint: z.string(),
      spec: policySpecSchema,
      bestHeldOutLoss: loss,
      bestEpoch: z.number(),
      epochs: z.number(),
      steps: z.number(),
      seconds: z.number(),
      cancelled: z.boolean(),
      episodes: z.object({ train: z.array(z.number()), heldOut: z.array(z.number()) }),
      engine: engineSchema,
      notice: z.string().optional(),
      reasons: z.array(z.string()),
    }),
  }),
  z.object({ type: z.literal('failed'), fault: faultSchema }),
]);

const numbers = z.array(z.number());
const imageSchema = z.object({
  width: size,
  height: size,
  data: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  t: z.number(),
});
const observationSchema = z.object({
  t: z.number(),
  joints: numbers,
  environment: numbers,
  images: z.record(z.string(), imageSchema).optional(),
  task: z.string().optional(),
});

export const toPilotHostSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    id,
    folder: z.string().min(1),
    /** What computes it: the ONNX runtime or a learning engine; `auto` takes the first that can. */
    engine: z.enum(['auto', 'onnx', 'native', 'wasm']),
  }),
  /** The newest observations, oldest first. Answered by `actions`. */
  z.object({ type: z.literal('act'), id, history: z.array(observationSchema).min(1) }),
  z.object({ type: z.literal('reset'), id }),
]);
export type ToPilotHost = z.infer<typeof toPilotHostSchema>;

export const fromPilotHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('loaded'), id, spec: policySpecSchema, engine: engineSchema }),
  /** `distance`: how new the observation is to the policy, see `PolicyState`; absent where it cannot tell. */
  z.object({ type: z.literal('actions'), id, actions: z.array(numbers), distance: z.number().optional() }),
  z.object({ type: z.literal('done'), id }),
  z.object({ type: z.literal('failed'), id, fault: faultSchema }),
]);
export type FromPilotHost = z.infer<typeof fromPilotHostSchema>;

export function parseMessage<T>(schema: z.ZodType<T>, data: unknown, from: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new FaultError(
    'bad-input',
    `Unreadable message from the ${from}: ${z.prettifyError(parsed.error)}`,
    'Restart Understudy.',
  );
}
