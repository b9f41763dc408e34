import { z } from 'zod';
import type { Fault } from './fault';
import { TASK_IDS } from './task';

/** Reinforcement fine-tuning of a saved policy: what the app, the CLI and the practice process say to each other. */

export const practiceOptionsSchema = z.object({
  /** Checkpoint folder of the policy to start from; it is not changed. */
  policy: z.string().min(1),
  /** Folder for the improved checkpoint; created when there is one. */
  out: z.string().min(1),
  name: z.string().min(1).max(120),
  /** Practise in the simulator on this task; absent: learn from the scored trials in `dataset` alone. */
  task: z.enum(TASK_IDS).optional(),
  /** Demonstrations (and scored trials) to learn from; absent: those the policy was trained on, where still there. */
  dataset: z.string().min(1).optional(),
  minutes: z.number().positive().max(1440).default(15),
  seed: z.number().int().min(0).default(0),
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  compile: z.boolean().default(true),
  /** Ends when the lower bound of the success rate reaches this. */
  goal: z.number().min(0).max(1).default(0.95),
  /** Ends after so many rounds instead of by time: with a seed, the same each time. */
  rounds: z.number().int().positive().optional(),
  /** Steps of training per round, rollouts with noise per round, rollouts that measure each round, and before and after. */
  steps: z.number().int().min(1).max(1_000_000).default(3000),
  explore: z.number().int().min(1).max(10_000).default(40),
  check: z.number().int().min(1).max(10_000).default(30),
  exam: z.number().int().min(1).max(10_000).default(60),
  /** Noise while exploring, as a share of how far each joint usually goes in a chunk. */
  noise: z.number().min(0).max(3).default(0.6),
  /** Imitate what worked, or also let a critic weigh each chunk of it (see learner/rl/weigh.ts). */
  by: z.enum(['success', 'advantage']).default('success'),
});
export type PracticeOptions = z.output<typeof practiceOptionsSchema>;

const tallySchema = z.object({ successes: z.number().int().min(0), trials: z.number().int().min(0) });
/** Successes of so many trials. */
export type Tally = Readonly<z.infer<typeof tallySchema>>;

const checkSchema = tallySchema.extend({
  round: z.number().int().min(0),
  /** Rollouts of practice until then. */
  rollouts: z.number().int().min(0),
  /** Seconds since the beginning. */
  elapsed: z.number(),
});
/** A measurement on starts nobody had practised on: one point of the curve. */
export type PracticeCheck = Readonly<z.infer<typeof checkSchema>>;

export const practiceProgressSchema = z.object({
  phase: z.enum(['loading', 'measuring', 'exploring', 'learning', 'checking', 'confirming', 'saving']),
  round: z.number().int().min(0),
  rollouts: z.number().int().min(0),
  elapsed: z.number(),
  left: z.number(),
  /** The policy it started from. */
  start: tallySchema,
  /** The best so far; null before the first round. */
  best: tallySchema.nullable(),
  curve: z.array(checkSchema),
  notice: z.string().optional(),
});
export type PracticeProgress = Readonly<z.infer<typeof practiceProgressSchema>>;

export const practiceResultSchema = z.object({
  /** Null when nothing better than the policy it started from was found: then nothing is saved. */
  checkpoint: z.string().nullable(),
  parent: z.string(),
  /** Start and result on the same starts, which neither was trained on or chosen by; null without a simulator. */
  start: tallySchema.nullable(),
  end: tallySchema.nullable(),
  rounds: z.number().int(),
  rollouts: z.number().int(),
  /** Successful rollouts learnt from, and rows of all episodes. */
  learnt: z.number().int(),
  rows: z.number().int(),
  seconds: z.number(),
  cancelled: z.boolean(),
  curve: z.array(checkSchema),
  /** In a sentence. */
  note: z.string(),
});
export type PracticeResult = Readonly<z.infer<typeof practiceResultSchema>>;

/** What an improved policy keeps of its practice, in its `policy.json`. */
export const practiceRecordSchema = z.object({
  parent: z.string(),
  parentName: z.string(),
  start: tallySchema.nullable(),
  end: tallySchema.nullable(),
  rounds: z.number().int(),
  rollouts: z.number().int(),
  rows: z.number().int(),
  seconds: z.number(),
});

/** What a person chooses: which policy, where it practises, and for how long. */
export const practiceChoiceSchema = z.object({
  /** Id of the policy. */
  policy: z.string().min(1),
  /** In the open simulated exercise, or by the scored trials in the open dataset. */
  where: z.enum(['simulator', 'trials']),
  minutes: z.number().positive().max(1440),
  seed: z.number().int().min(0).optional(),
});
export type PracticeChoice = z.output<typeof practiceChoiceSchema>;

export interface PracticeState {
  readonly phase: 'idle' | 'running' | 'stopping' | 'done' | 'failed';
  /** Name of the policy that practises. */
  readonly name: string | null;
  readonly where: 'simulator' | 'trials';
  readonly progress: PracticeProgress | null;
  readonly result: PracticeResult | null;
  readonly fault: Fault | null;
}

export const toPracticeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('practise'), options: practiceOptionsSchema }),
  z.object({ type: z.literal('stop') }),
]);
export type ToPractice = z.infer<typeof toPracticeSchema>;

const fault = z.object({ kind: z.string(), message: z.string(), tip: z.string() });
export const fromPracticeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: practiceProgressSchema }),
  z.object({ type: z.literal('done'), result: practiceResultSchema }),
  z.object({ type: z.literal('failed'), fault }),
]);
export type FromPractice = z.infer<typeof fromPracticeSchema>;
