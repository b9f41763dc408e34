import type { Fault } from './fault';
import type { EngineInfo, TrainProgress, TrainResult } from './learning';
import type { CameraOffer } from './media';
import type { TaskSpec } from './task';
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
  readonly cameras: readonly CameraOffer[];
  readonly faults: readonly FaultEntry[];
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
  readonly seat: 'hold' | 'person' | 'policy' | 'expert' | 'stopped';
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
  readonly phase: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly name: string | null;
  readonly progress: TrainProgress | null;
  /** One point per report. */
  readonly curve: readonly { readonly epoch: number; readonly train: number; readonly heldOut: number }[];
  readonly result: TrainResult | null;
  readonly fault: Fault | null;
}

export interface PolicyState {
  readonly status: 'none' | 'loading' | 'ready' | 'failed';
  readonly id: string | null;
  readonly name: string | null;
  /** Milliseconds of the last calls, median. */
  readonly latency: number | null;
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
