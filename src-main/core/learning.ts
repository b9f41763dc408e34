import { z } from 'zod';
import type { Fault } from './fault';
import type { PolicySpec } from './policy';
import { someSettingsSchema } from './train-settings';
import type { Planned } from './training-plan';

/** What the app, the CLI and the two learner processes say to each other. */

export const POLICY_KINDS = ['mlp', 'cnn', 'lstm', 'gru', 'gmm', 'act', 'diffusion', 'knn'] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

export const POLICY_CHOICES = ['auto', ...POLICY_KINDS] as const;
export type PolicyChoice = (typeof POLICY_CHOICES)[number];

/** Share of episodes held out when nobody says. */
export const HELD_OUT = 0.15;

export const trainOptionsSchema = z.object({
  /** Dataset folder. */
  dataset: z.string().min(1),
  /** Folder for the checkpoint; created. */
  out: z.string().min(1),
  name: z.string().min(1).max(120),
  /** `auto` looks at the data and says why it chose what it chose. */
  policy: z.enum(POLICY_CHOICES),
  /** Camera slots it looks at; empty for none. Absent: all where the policy needs cameras, else none. */
  cameras: z.array(z.string()).optional(),
  seed: z.number().int().min(0).default(0),
  /** Share of episodes held out, by episode; `auto` needs few demonstrations whole and then holds none out. */
  heldOut: z.number().min(0).max(0.5).default(HELD_OUT),
  /** Stop after so many seconds of training; the newest checkpoint whose held-out error is near the lowest counts. */
  seconds: z.number().positive().max(86_400).default(60),
  /** Stop after so many steps instead, whatever the time: with a seed, the same weights on each run on one machine. */
  steps: z.number().int().positive().optional(),
  /** Only demonstrations labelled as failures are left out when true. */
  skipFailures: z.boolean().default(true),
  /** Only demonstrations with at least one of these tags; all when empty. */
  tags: z.array(z.string().min(1)).default([]),
  /** What a person has set by hand; everything else is chosen. */
  settings: someSettingsSchema.default({}),
  /** The network's own settings, checked by its method. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** A checkpoint folder whose weights to start from, where the network is the same: a fast retrain after corrections. */
  start: z.string().optional(),
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  /** Whether the training step is compiled into one graph where the engine can. */
  compile: z.boolean().default(true),
  /** Saves the initial weights without a step: the baseline that shows what training adds. */
  untrained: z.boolean().default(false),
});
export type TrainOptions = z.infer<typeof trainOptionsSchema>;

export interface EngineInfo {
  readonly kind: 'native' | 'wasm' | 'onnx';
  /** For a person: "TensorFlow 2.15 on the processor". */
  readonly detail: string;
  /** How to get a faster engine, when there is one. */
  readonly tip?: string;
}

export interface TrainProgress {
  readonly phase: 'loading' | 'training' | 'paused' | 'saving' | 'testing';
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
  /** The training step is one compiled graph. */
  readonly compiled?: boolean;
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
  /** Why `auto` chose what it chose, in plain sentences. */
  readonly reasons: readonly string[];
}

export type ToTrainer =
  | { type: 'train'; options: TrainOptions }
  | { type: 'cancel' }
  /** Answered by progress with the phase `paused`, when its state is on the disk. */
  | { type: 'pause' }
  | { type: 'resume' }
  /** Asks for the present weights as a checkpoint in this folder, soon; answered by `snapshot`. */
  | { type: 'snapshot'; folder: string };

/** A checkpoint on the way. */
export interface Snapshot {
  readonly folder: string;
  readonly epoch: number;
  /** Seconds of training. */
  readonly elapsed: number;
}

export type FromTrainer =
  | { type: 'ready' }
  | { type: 'planned'; planned: Planned }
  | { type: 'snapshot'; snapshot: Snapshot }
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
