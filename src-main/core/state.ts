import type { EditState } from './episode';
import type { Fault } from './fault';
import type { EngineInfo, PolicyChoice, TrainProgress, TrainResult } from './learning';
import type { CameraOffer } from './media';
import type { PracticeState } from './practice';
import type { QualityReason } from './quality';
import type { TaskSpec } from './task';
import type { TrainPlan } from './training-plan';
import type { Rollout } from './training-run';
import type { RobotSpec } from './types';

/** The slow state of the app, mirrored by the renderer. Fast things (ticks, scene, frames) have streams of their own. */
export interface AppState {
  readonly version: string;
  readonly platform: string;
  /** Says so when this is the old runtime for trying and testing. */
  readonly runtime: { readonly electron: string; readonly notice: string | null };
  readonly engine: EngineInfo | null;
  readonly robot: RobotState;
  readonly drive: DriveState;
  readonly inputs: readonly InputState[];
  readonly dataset: DatasetState | null;
  readonly record: RecordState;
  readonly train: TrainState;
  readonly policy: PolicyState;
  readonly trials: TrialsState;
  /** A policy improving by its own practice. */
  readonly practice: PracticeState;
  readonly cameras: readonly CameraOffer[];
  readonly faults: readonly FaultEntry[];
  /** The long piece of work under way or just done: import, export, check, hub. One at a time. */
  readonly job: JobState | null;
  /** What was found and saved when the dataset was opened after a crash; null when there was nothing. */
  readonly rescue: RescueReport | null;
  readonly disk: DiskState | null;
  /** The episode being run again on the robot. */
  readonly replay: { readonly index: number; readonly row: number; readonly rows: number } | null;
  /** What the coach says of the take under way or in review; null outside of one. */
  readonly coach: CoachState | null;
}

export interface RobotState {
  readonly status: 'closed' | 'opening' | 'ready' | 'fault';
  readonly spec: RobotSpec | null;
  readonly simulated: boolean;
  readonly task: TaskSpec | null;
  readonly port: string | null;
}

export interface DriveState {
  /** Who holds the stick. `hold` = nobody, torque on; `stopped` = latched until re-armed. */
  readonly seat: 'hold' | 'person' | 'policy' | 'expert' | 'replay' | 'stopped';
  readonly intervention: boolean;
  /** Why it stopped or holds, for a person; null when nothing is odd. */
  readonly reason: string | null;
  readonly speed: number;
  readonly mode: 'cartesian' | 'joint';
  readonly deadman: boolean;
  readonly rate: number;
  /** Measured over the last second. */
  readonly hz: number;
  /** Milliseconds, 99th percentile over the last seconds. */
  readonly lateP99: number;
  readonly clamped: number;
}

export interface InputState {
  readonly id: string;
  readonly kind: 'keyboard' | 'gamepad';
  readonly label: string;
}

export interface DatasetState {
  readonly folder: string;
  readonly name: string;
  readonly robot: string;
  readonly fps: number;
  readonly episodes: number;
  readonly frames: number;
  readonly successes: number;
  readonly tasks: readonly string[];
  readonly cameras: readonly string[];
  readonly readOnly: string | null;
  readonly edits: EditState;
  /** Takes that are safe in the journal and not yet in the dataset's files. */
  readonly saving: number;
}

export interface JobState {
  readonly kind: 'import' | 'export' | 'check' | 'repair' | 'push' | 'pull';
  readonly title: string;
  readonly phase: 'running' | 'done' | 'failed' | 'cancelled';
  readonly done: number;
  /** 0 = not known yet. */
  readonly total: number;
  /** What is being worked on, or the result in a sentence. */
  readonly note: string;
  /** Lines of the report, when there is one. */
  readonly report: readonly { readonly level: 'ok' | 'info' | 'warning' | 'error'; readonly text: string }[];
  readonly fault: Fault | null;
}

export interface RescueReport {
  readonly folder: string;
  readonly takes: readonly RescuedTake[];
}

export interface RescuedTake {
  /** ISO time at which it was begun. */
  readonly recorded: string;
  readonly task: string;
  /** Rows saved. 0: nothing usable was left. */
  readonly rows: number;
  readonly seconds: number;
  /** Whether the person had already kept it: then nothing at all was lost. */
  readonly confirmed: boolean;
  /** What could not be saved, in a sentence; null when all was. */
  readonly lost: string | null;
  /** Its place in the dataset; null when not added. */
  readonly episode: number | null;
}

export interface DiskState {
  /** Bytes free where the dataset is. */
  readonly free: number;
  /** Seconds of recording that fit, at the present rate. */
  readonly seconds: number | null;
  readonly low: boolean;
}

export interface CoachState {
  /** 0–100 so far. */
  readonly score: number;
  readonly reasons: readonly QualityReason[];
}

export interface RecordState {
  readonly phase: 'idle' | 'countdown' | 'recording' | 'review' | 'saving';
  readonly task: string;
  readonly countdown: number;
  /** Slots to record. */
  readonly cameras: readonly string[];
  /** Seconds left of the countdown, or recorded so far. */
  readonly seconds: number;
  readonly rows: number;
  /** Frames asked for and not yet back from the encoders. */
  readonly pending: number;
  /** The simulator's own verdict on the take, when there is one. */
  readonly suggestedSuccess: boolean | null;
}

export interface TrainState {
  /** `interrupted`: its process died, or the disk was full; it can be gone on with. */
  readonly phase: 'idle' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  /** Of the run in the history. */
  readonly id: string | null;
  readonly name: string | null;
  readonly progress: TrainProgress | null;
  /** One point per report. */
  readonly curve: readonly { readonly epoch: number; readonly train: number; readonly heldOut: number }[];
  /** Tries of the weights on the way, in the simulator. */
  readonly rollouts: readonly Rollout[];
  /** What was decided and why; null until the demonstrations have been read. */
  readonly plan: TrainPlan | null;
  /** Things a person should know. */
  readonly notices: readonly string[];
  readonly result: TrainResult | null;
  readonly fault: { readonly kind: string; readonly message: string; readonly tip: string } | null;
  /** Trainings that wait their turn, the next one first. */
  readonly queue: readonly QueuedTraining[];
}

export interface QueuedTraining {
  readonly id: string;
  readonly name: string;
  readonly policy: PolicyChoice;
  readonly seconds: number;
}

export interface PolicyState {
  readonly status: 'none' | 'loading' | 'ready' | 'failed';
  readonly id: string | null;
  readonly name: string | null;
  /** Milliseconds of the last calls, median. */
  readonly latency: number | null;
  /** Which of its tasks it is to do; null or absent: its main one. */
  readonly task?: string | null;
  /**
   * How new what it sees is to it: 0 = it was demonstrated, up to 1 = as far from that as unseen demonstrations usually are.
   * Null when it is not driving, absent when it cannot tell.
   */
  readonly distance?: number | null;
  /** A short line when the policy cannot drive this robot or lacks a camera. */
  readonly problem: string | null;
}

export interface TrialsState {
  readonly running: boolean;
  readonly kind: 'policy' | 'expert';
  readonly total: number;
  readonly done: number;
  readonly successes: number;
  /** 95 % interval of the success rate. */
  readonly interval: readonly [number, number];
  /** Seconds into the present trial. */
  readonly seconds: number;
  readonly last: 'success' | 'failure' | null;
}

export interface FaultEntry extends Fault {
  readonly id: number;
  /** ISO time for a person. */
  readonly at: string;
}

/** The fast stream, one message per tick (thinned to the display's rate). */
export interface LiveTick {
  readonly n: number;
  readonly t: number;
  readonly seen: readonly number[];
  readonly asked: readonly number[];
  readonly sent: readonly number[];
  readonly pilot: string;
  readonly clamped: number;
  /** Poses of the simulated objects by name: x y z qw qx qy qz. */
  readonly objects: Readonly<Record<string, readonly number[]>>;
  /** Raw control names in use now (`key:KeyW`, `pad:left-x+`), for the map of the controls. */
  readonly lit: readonly string[];
}
