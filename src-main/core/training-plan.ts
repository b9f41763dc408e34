import { z } from 'zod';
import { POLICY_KINDS } from './learning';
import { trainSettingsSchema } from './train-settings';

/** What a training decided before its first step, and why: told to whoever waits, kept with its run. */
export const trainPlanSchema = z.object({
  kind: z.enum(POLICY_KINDS),
  settings: trainSettingsSchema,
  /** The network's own settings. */
  config: z.record(z.string(), z.unknown()),
  cameras: z.array(z.object({ name: z.string(), width: z.number().int().min(1), height: z.number().int().min(1) })),
  /** Share of episodes held out; absent: as asked for. */
  heldOut: z.number().min(0).max(0.5).optional(),
  /** Why, in plain sentences; empty when a person chose. */
  reasons: z.array(z.string()),
});
export type TrainPlan = z.output<typeof trainPlanSchema>;

/** The demonstrations that a training really learns from. */
export const trainDataSchema = z.object({
  episodes: z.number().int().min(0),
  /** Of them, never trained on. */
  heldOut: z.number().int().min(0),
  rows: z.number().int().min(0),
  /** SHA-256 of all that is learnt from but the pictures: the same data, the same hash. */
  hash: z.string().length(64),
});
export type TrainData = z.output<typeof trainDataSchema>;

/** A loss that was never measured: NaN in memory and over a wire, null in JSON, which has no NaN. */
export const lossSchema = z
  .number()
  .or(z.nan())
  .nullable()
  .transform((value) => value ?? Number.NaN);
/** One point per report. */
export const curveSchema = z.array(z.object({ epoch: z.number(), train: lossSchema, heldOut: lossSchema }));
export type Curve = z.output<typeof curveSchema>;

/** Said once, when the demonstrations have been read. */
export const plannedSchema = z.object({
  plan: trainPlanSchema,
  data: trainDataSchema,
  /** It goes on with an interrupted training; what came of that, in a sentence; null when it is a new one. */
  resumed: z.string().nullable(),
  /** What an interrupted training had shown until then. */
  curve: curveSchema,
});
export type Planned = z.output<typeof plannedSchema>;
