import { z } from 'zod';
import { TASK_IDS } from '../core/task';

/** What the app and the rollout process say to each other. One request at a time. */
export const toRolloutsSchema = z.object({
  type: z.literal('roll'),
  /** Checkpoint folder. */
  checkpoint: z.string().min(1),
  task: z.enum(TASK_IDS),
  trials: z.number().int().min(1).max(1000),
  seed: z.number().int().min(0),
});
export type ToRollouts = z.infer<typeof toRolloutsSchema>;

export const fromRolloutsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rolled'), successes: z.number().int().min(0), trials: z.number().int().min(1) }),
  z.object({
    type: z.literal('failed'),
    fault: z.object({ kind: z.string(), message: z.string(), tip: z.string() }),
  }),
]);
export type FromRollouts = z.infer<typeof fromRolloutsSchema>;
