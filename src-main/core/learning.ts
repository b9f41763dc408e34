import { z } from 'zod';
import type { Fault } from './fault';
import type { PolicySpec } from './policy';

/** What the app, the CLI and the two learner processes say to each other. */

export const POLICY_KINDS = ['mlp', 'cnn'] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

export const trainOptionsSchema = z.object({
  /** Dataset folder. */
  dataset: z.string().min(1),
  /** Folder for the checkpoint; created. */
  out: z.string().min(1),
  name: z.string().min(1).max(120),
  policy: z.enum(POLICY_KINDS),
  /** Camera slots a `cnn` looks at; ignored by `mlp`. */
  cameras: z.array(z.string()).default([]),
  seed: z.number().int().min(0).default(0),
  /** Share of episodes held out, by episode. */
  heldOut: z.number().min(0).max(0.5).default(0.15),
  /** Stop after so many seconds of training; the newest checkpoint whose held-out loss is near the lowest counts. */
  seconds: z.number().positive().max(86_400).default(60),
  /** Only demonstrations labelled as failures are left out when true. */
  skipFailures: z.boolean().default(true),
  batch: z.number().int().min(1).max(4096).optional(),
  learningRate: z.number().positive().max(1).optional(),
  chunk: z.number().int().min(1).max(100).optional(),
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  /** Saves the initial weights without a step: the baseline that shows what training adds. */
  untrained: z.boolean().default(false),
});
export type TrainOptions = z.infer<typeof trainOptionsSchema>;

export interface EngineInfo {
  readonly kind: 'native' | 'wasm';
  /** For a person: "TensorFlow 2.15 on the processor". */
  readonly detail: string;
  /** How to get a faster engine, when there is one. */
  readonly tip?: string;
}

export interface TrainProgress {
  readonly phase: 'loading' | 'training' | 'saving';
  readonly epoch: number;
  readonly step: number;
  /** Mean loss since the last report; NaN before the first. */
  readonly trainLoss: number;
  readonly heldOutLoss: number;
  readonly bestHeldOutLoss: number;
  readonly bestEpoch: number;
  /** Seconds. */
  readonly elapsed: number;
  readonly left: number;
  readonly samplesPerSecond: number;
  readonly engine: EngineInfo;
  /** Something a person should know, such as that nothing is held out. */
  readonly notice?: string;
}

export interface TrainResult {
  readonly checkpoint: string;
  readonly spec: PolicySpec;
  readonly bestHeldOutLoss: number;
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly cancelled: boolean;
  readonly episodes: { readonly train: readonly number[]; readonly heldOut: readonly number[] };
  readonly engine: EngineInfo;
  readonly notice?: string;
}

export type ToTrainer = { type: 'train'; options: TrainOptions } | { type: 'cancel' };
export type FromTrainer =
  | { type: 'ready' }
  | { type: 'progress'; progress: TrainProgress }
  | { type: 'done'; result: TrainResult }
  | { type: 'failed'; fault: Fault };

/** A background process, however it was started (Electron utility process, Node child). Its owner rejects on `exit`. */
export interface ChildProcessPort<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): () => void;
  /** Called once, when the process is gone for whatever reason. */
  onExit(listener: (code: number | null) => void): () => void;
  kill(): void;
}

/** A saved policy on disk, for lists. */
export interface CheckpointInfo {
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly created: string;
  readonly spec: PolicySpec;
  readonly heldOutLoss: number;
  readonly trainedOn: { readonly dataset: string; readonly episodes: number };
  readonly curve: readonly { readonly epoch: number; readonly train: number; readonly heldOut: number }[];
}
