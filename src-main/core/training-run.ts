import { z } from 'zod';
import { POLICY_CHOICES, type PolicyChoice, trainOptionsSchema } from './learning';
import { TASK_IDS } from './task';
import { someSettingsSchema } from './train-settings';
import { curveSchema, lossSchema, trainDataSchema, trainPlanSchema } from './training-plan';

/** What a person asks for on the Train screen. What is left out is chosen, or as the policy to continue from was made. */
export const trainChoiceSchema = z.object({
  policy: z.enum(POLICY_CHOICES),
  name: z.string().min(1).max(120).optional(),
  cameras: trainOptionsSchema.shape.cameras,
  seconds: z.number().min(1).max(86_400).optional(),
  seed: z.number().int().min(0).optional(),
  heldOut: z.number().min(0).max(0.5).optional(),
  settings: someSettingsSchema.optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  /** Only demonstrations with one of these tags. */
  tags: z.array(z.string().min(1)).max(64).optional(),
  /** Learn from demonstrations marked as failures, too. */
  failures: z.boolean().optional(),
  /** A policy of the list, by id, to continue from. */
  start: z.string().min(1).optional(),
  /** Try the present weights in the simulator every so often, where the task is simulated. */
  rollouts: z.boolean().optional(),
  compile: z.boolean().optional(),
});
export type TrainChoice = z.output<typeof trainChoiceSchema>;

/** Tries of the weights of one moment in the simulator, from starts that no demonstration had; the same starts each time. */
export const rolloutSchema = z.object({
  epoch: z.number(),
  /** Seconds of training. */
  elapsed: z.number(),
  successes: z.number().int().min(0),
  trials: z.number().int().min(1),
});
export type Rollout = Readonly<z.output<typeof rolloutSchema>>;

const faultSchema = z.object({ kind: z.string(), message: z.string(), tip: z.string() });

/** One training, from the moment it was asked for: `runs/<id>/run.json`. */
export const trainingRunSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  name: z.string(),
  /** ISO times. */
  created: z.string(),
  started: z.string().nullable(),
  ended: z.string().nullable(),
  /** `interrupted`: the app or the machine went down; it can be gone on with. */
  status: z.enum(['waiting', 'running', 'paused', 'done', 'cancelled', 'failed', 'interrupted']),
  options: trainOptionsSchema,
  /** Task to try it on while it trains; null: not at all. */
  rollOn: z.enum(TASK_IDS).nullable().catch(null),
  /** Of an earlier version, which knew other settings: no longer told. */
  plan: trainPlanSchema.nullable().catch(null),
  data: trainDataSchema.nullable(),
  curve: curveSchema,
  rollouts: z.array(rolloutSchema),
  /** Seconds of training so far. */
  seconds: z.number().min(0),
  result: z
    .object({
      heldOutLoss: lossSchema,
      bestEpoch: z.number(),
      epochs: z.number(),
      steps: z.number(),
      engine: z.string(),
    })
    .nullable(),
  fault: faultSchema.nullable(),
  /** Things a person should know: what was gone on with, which weights were kept. */
  notices: z.array(z.string()),
});
export type TrainingRun = Readonly<z.output<typeof trainingRunSchema>>;

/** A run without its curve, for lists. */
export type RunSummary = Omit<TrainingRun, 'curve'>;

/** One setting as the expert panel shows it. */
export interface SettingField {
  readonly key: string;
  readonly text: string;
  readonly kind: 'integer' | 'number' | 'switch' | 'choice' | 'integers' | 'text';
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[];
  readonly value: string | number | boolean | readonly number[] | null;
}

/** A way to learn, for a person to choose. */
export interface MethodInfo {
  readonly kind: Exclude<PolicyChoice, 'auto'>;
  readonly title: string;
  readonly summary: string;
  /** Looks at cameras when it is given some. */
  readonly sees: boolean;
  readonly needsCamera: boolean;
  /** Remembers the demonstrations instead of training: no time to choose. */
  readonly remembers: boolean;
  /** Of every training, with this method's values. */
  readonly settings: readonly SettingField[];
  /** The network's own. */
  readonly config: readonly SettingField[];
}
