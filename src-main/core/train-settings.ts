import { z } from 'zod';

/**
 * Everything a training can be told, whatever the policy: the expert panel shows these fields with their descriptions,
 * `auto` fills them from the data and says why.
 */
export const trainSettingsSchema = z.object({
  batch: z.number().int().min(1).max(4096).describe('Samples per step'),
  learningRate: z.number().positive().max(1).describe('Peak learning rate of AdamW; cosine to zero'),
  weightDecay: z.number().min(0).max(1).describe('Weight decay of AdamW'),
  averageSteps: z.number().int().min(1).max(100_000).describe('Steps the averaged weights (EMA) look back on'),
  chunk: z.number().int().min(1).max(100).describe('Actions predicted per call'),
  execute: z.number().int().min(1).max(100).describe('Actions executed before the policy is asked again'),
  history: z.number().int().min(1).max(256).describe('Consecutive observations shown'),
  actions: z
    .enum(['delta', 'absolute'])
    .describe('Predict positions relative to where the joints are now, or absolute ones'),
  environment: z.boolean().describe('Show the task state a simulator (or an environment_state column) offers'),
  jointNoise: z.number().min(0).max(3).describe('Noise on the normalised joints while training, standard deviations'),
  environmentNoise: z.number().min(0).max(3).describe('Noise on the normalised task state while training'),
  shiftTogether: z
    .number()
    .min(0)
    .max(3)
    .optional()
    .describe(
      'Random shift of hand and things together while training, standard deviations: what counts is where they are to each other. Only values that demonstrably meet are shifted',
    ),
  recovery: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Rows in which the actions take noise on the joints back: teaches the way back after a slip; 0 does not'),
  jointDropout: z
    .number()
    .min(0)
    .max(1)
    .describe('How often all proprioception of a sample is hidden while training, so that the pictures count'),
  shift: z.number().int().min(0).max(64).describe('Largest random shift (crop) of the pictures while training, pixels'),
  colour: z.number().min(0).max(1).describe('Random brightness, contrast and colour of the pictures while training'),
  patience: z
    .number()
    .min(0)
    .max(1)
    .describe('Stop when the held-out error has not improved for this share of the time; 0 never stops early'),
});
export type TrainSettings = z.output<typeof trainSettingsSchema>;

/** What a person has set by hand; the rest comes from the method and the data. */
export const someSettingsSchema = trainSettingsSchema.partial();
export type SomeSettings = z.output<typeof someSettingsSchema>;
