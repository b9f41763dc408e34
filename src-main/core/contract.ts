import { z } from 'zod';
import { editSchema, labelSchema } from './edit';
import type { EpisodeInfo, EpisodeRow, TrashEntry } from './episode';
import type { Fault } from './fault';
import type { Insight, InsightList } from './insight';
import type { CheckpointInfo } from './learning';
import { type CameraRecord, cameraRecordSchema } from './media';
import { practiceChoiceSchema } from './practice';
import type { DatasetQuality } from './quality';
import type { AppState } from './state';
import { TASK_IDS, type TaskId } from './task';
import { type MethodInfo, type RunSummary, type TrainingRun, trainChoiceSchema } from './training-run';

/**
 * The wire between renderer and main, declared once. `callSchemas` parses what comes in, `Results` types what goes
 * back, `Events` what main says unasked. The preload passes names and data through and knows none of them.
 */
const nothing = z.undefined();
const episodeIndex = z.number().int().min(0);
const runId = z.string().min(1).max(200);
const axis = z.number().min(-1).max(1);

export const callSchemas = {
  'app.state': nothing,
  /** Opens the system's dialog for folders or files; null when the person cancels. */
  'app.chooseFolder': z.object({ title: z.string(), what: z.enum(['folder', 'file']).optional() }),
  'app.dismissFault': z.object({ id: z.number().int() }),

  'robot.ports': nothing,
  'robot.open': z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('so101-sim'), task: z.enum(TASK_IDS) }),
    z.object({ kind: z.literal('so101'), port: z.string().min(1) }),
  ]),
  'robot.close': nothing,
  /** Simulation only: new random start (or the one of this seed). */
  'robot.reset': z.object({ seed: z.number().int().optional() }),

  'drive.engage': nothing,
  'drive.release': nothing,
  'drive.stop': nothing,
  'drive.rearm': nothing,
  'drive.settings': z.object({
    speed: z.number().min(0.05).max(1).optional(),
    mode: z.enum(['cartesian', 'joint']).optional(),
    deadman: z.boolean().optional(),
    rate: z.number().int().min(10).max(200).optional(),
  }),
  /** Codes of the keys held now (`KeyboardEvent.code`); empty on blur. */
  'drive.keys': z.object({ down: z.array(z.string().max(32)).max(32) }),
  /** The renderer's Gamepad API, a second source beside main's own reader; null when unplugged. */
  'drive.gamepad': z
    .object({
      id: z.string().max(200),
      axes: z.array(axis).max(16),
      buttons: z.array(z.number().min(0).max(1)).max(32),
    })
    .nullable(),

  /** The webcams as the page remembers them; kept in the settings, which outlive a browser's storage. */
  'camera.known': nothing,
  'camera.remember': z.object({ cameras: z.array(cameraRecordSchema).max(64) }),

  'dataset.open': z.object({ folder: z.string().min(1) }),
  'dataset.create': z.object({ name: z.string().min(1).max(80) }),
  'dataset.episodes': nothing,
  'dataset.episode': z.object({ index: episodeIndex }),
  /** Where its pictures are, without its rows: enough for a small picture in a list. */
  'dataset.videos': z.object({ index: episodeIndex }),
  /** One step of undo; see core/edit.ts. */
  'dataset.edit': editSchema,
  'dataset.undo': nothing,
  'dataset.redo': nothing,
  'dataset.trash': nothing,
  /** Deletes for good: these, or everything in the trash. */
  'dataset.emptyTrash': z.object({ ids: z.array(z.string().min(1)).optional() }),
  'dataset.quality': nothing,
  /** Looks at every file; a job, its report comes in `AppState.job`. `repair`: puts right what can be. */
  'dataset.check': z.object({
    repair: z.boolean(),
    /** Every picture is decoded, too. */
    deep: z.boolean().optional(),
  }),
  /** Any known kind of file or folder becomes a new dataset of this name, which is then opened; a job. */
  'dataset.import': z.object({ source: z.string().min(1), name: z.string().min(1).max(80) }),
  'dataset.export': z.object({
    format: z.enum(['lerobot-v3.0', 'lerobot-v2.1', 'csv']),
    folder: z.string().min(1),
    /** By place; all when absent. */
    episodes: z.array(episodeIndex).min(1).optional(),
    /** Rows resampled to exactly this rate; as recorded when absent. */
    fps: z.number().int().min(1).max(240).optional(),
  }),
  /** To or from a hub that speaks the Hugging Face HTTP interface; a job. The token is never stored unless asked. */
  'hub.push': z.object({
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    token: z.string().min(1),
    url: z.url().optional(),
    private: z.boolean(),
  }),
  'hub.pull': z.object({
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    token: z.string().optional(),
    url: z.url().optional(),
    name: z.string().min(1).max(80),
  }),
  'job.cancel': nothing,
  'job.dismiss': nothing,
  /** Runs a recorded episode's actions again on the robot that is open. */
  'replay.start': z.object({ index: episodeIndex, speed: z.number().min(0.1).max(1) }),
  'replay.stop': nothing,
  /** The person has read what was rescued at start-up. */
  'rescue.dismiss': nothing,

  'record.settings': z.object({
    task: z.string().min(1).max(500).optional(),
    countdown: z.number().min(0).max(10).optional(),
    cameras: z.array(z.string()).max(8).optional(),
  }),
  'record.start': nothing,
  /** Ends the take and goes to review. */
  'record.finish': nothing,
  'record.keep': labelSchema,
  'record.discard': nothing,
  'record.redo': nothing,

  /** Every way to learn, with its settings and their defaults. */
  'train.methods': nothing,
  /** The exercise that the open dataset was recorded on; null where the simulator cannot set it up. */
  'train.task': nothing,
  /** Begins, or waits its turn when a training is under way. */
  'train.start': trainChoiceSchema,
  'train.cancel': nothing,
  'train.pause': nothing,
  'train.resume': nothing,
  /** To this place in the queue, 0 = next. */
  'train.move': z.object({ id: runId, to: z.number().int().min(0) }),
  /** Every training there was, newest first. */
  'train.runs': nothing,
  'train.run': z.object({ id: runId }),
  /** Once more with the same settings, on the demonstrations there are now. */
  'train.again': z.object({ id: runId }),
  /** Goes on with a training that was interrupted. */
  'train.goOn': z.object({ id: runId }),
  /** Off the list, or out of the queue. The policy it made stays. */
  'train.remove': z.object({ id: runId }),

  'policy.list': nothing,
  'policy.load': z.object({ id: z.string().min(1) }),
  'policy.unload': nothing,
  'policy.remove': z.object({ id: z.string().min(1) }),
  /** A folder with a policy that another program wrote, and its policy-spec.json. */
  'policy.import': z.object({ source: z.string().trim().min(1) }),
  /** Which of its tasks the loaded policy is to do; null: its main one. */
  'policy.task': z.object({ task: z.string().min(1).nullable() }),
  'policy.handOver': nothing,
  'policy.takeOver': nothing,
  /** Demonstrations that a policy can be compared with: of the dataset it was trained on, or of the open one. */
  'insight.episodes': z.object({ policy: z.string().min(1), dataset: z.enum(['own', 'open']) }),
  /** What it would have done along one of them. Ends the comparison before. */
  'insight.compare': z.object({
    policy: z.string().min(1),
    dataset: z.enum(['own', 'open']),
    episode: episodeIndex,
  }),
  'insight.close': nothing,
  /** Simulation: n rollouts from unseen starts, judged by the task's own test. */
  'trials.start': z.object({ trials: z.number().int().min(1).max(1000), seed: z.number().int().optional() }),
  'trials.stop': nothing,
  /** On a real robot a person judges. */
  'trials.judge': z.object({ success: z.boolean() }),
  /** Improves a saved policy by reinforcement, in the background; what is better becomes a policy of its own. */
  'practice.start': practiceChoiceSchema,
  /** Keeps the best so far. */
  'practice.stop': nothing,
  'practice.dismiss': nothing,
  /** Simulation: the scripted expert drives and records n demonstrations. */
  'expert.record': z.object({ episodes: z.number().int().min(1).max(500), seed: z.number().int().optional() }),
  'expert.stop': nothing,
} satisfies Record<string, z.ZodType>;

export type CallName = keyof typeof callSchemas;
export type Params<K extends CallName> = z.input<(typeof callSchemas)[K]>;
export type ParsedParams<K extends CallName> = z.output<(typeof callSchemas)[K]>;

export interface PortInfo {
  readonly path: string;
  readonly label: string;
  /** Looks like a Feetech adapter by its USB ids. */
  readonly likely: boolean;
}

/** By camera: a URL the page may play, and the segment's start and end in it, seconds. */
export type EpisodeVideos = Readonly<
  Record<string, { readonly url: string; readonly from: number; readonly to: number }>
>;

export interface EpisodeDetail extends EpisodeInfo {
  readonly rows: readonly EpisodeRow[];
  readonly jointNames: readonly string[];
  /** The channels of `action`: the joints' names in what we record. */
  readonly actionNames: readonly string[];
  readonly environmentNames: readonly string[];
  readonly videos: EpisodeVideos;
}

interface SpecialResults {
  'app.state': AppState;
  'app.chooseFolder': string | null;
  'robot.ports': readonly PortInfo[];
  'camera.known': readonly CameraRecord[];
  'dataset.episodes': readonly EpisodeInfo[];
  'dataset.episode': EpisodeDetail;
  'dataset.videos': EpisodeVideos;
  'dataset.edit': readonly EpisodeInfo[];
  'dataset.undo': string | null;
  'dataset.redo': string | null;
  'dataset.trash': readonly TrashEntry[];
  'dataset.quality': DatasetQuality;
  'train.methods': readonly MethodInfo[];
  'train.task': TaskId | null;
  'train.start': { readonly id: string };
  'train.runs': readonly RunSummary[];
  'train.run': TrainingRun;
  'train.again': { readonly id: string };
  'policy.list': readonly CheckpointInfo[];
  /** The id it has in the list. */
  'policy.import': string;
  'insight.episodes': InsightList;
  'insight.compare': Insight;
}
// biome-ignore lint/suspicious/noConfusingVoidType: a call without an answer resolves to nothing
export type Result<K extends CallName> = K extends keyof SpecialResults ? SpecialResults[K] : void;

export type Calls = { readonly [K in CallName]: (params: ParsedParams<K>) => Promise<Result<K>> };

/** How a result travels: errors are data. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export interface Events {
  /** The whole slow state, whenever it changes, at most 20 times a second. */
  state: AppState;
  fault: Fault;
  /** Demonstrations, labels, policies or trainings changed: lists should be read again. */
  changed: { what: 'episodes' | 'policies' | 'quality' | 'runs' };
}
export type EventName = keyof Events;
