/** The nouns of the field. Lengths in metres, angles in radians, time in seconds on one monotonic clock. */

/** One number per joint, in the order of `RobotSpec.joints`. */
export type Vector = readonly number[];

export type Unit = 'rad' | 'm' | 'ratio';

export interface JointSpec {
  readonly name: string;
  readonly unit: Unit;
  /** Hard limits, in `unit`. */
  readonly min: number;
  readonly max: number;
  /** `unit` per second. */
  readonly maxSpeed: number;
}

export interface RobotSpec {
  /** Registry key, such as `so101` or `so101-sim`. */
  readonly kind: string;
  readonly title: string;
  readonly joints: readonly JointSpec[];
}

/** Raw pixels: `data` is RGB, row by row, 3 bytes a pixel (H × W × 3); `t` is when it was taken. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly t: number;
}

/** What a pilot sees. A policy may use only what its `ObservationSpec` names. */
export interface Observation {
  readonly t: number;
  /** Proprioception: measured joint positions. */
  readonly joints: Vector;
  /** Task state such as the cube's position, in simulation only; empty when the robot offers none. */
  readonly environment: Vector;
  /** Newest frame of each camera, by slot name (`front`, `wrist`). Absent unless a pilot asked for images. */
  readonly images?: Readonly<Record<string, Image>>;
  /** What it is asked to do, for a policy that was taught several tasks; its main task when absent. */
  readonly task?: string;
}

/** What a policy is shown, and in which order. */
export interface ObservationSpec {
  readonly joints: readonly string[];
  /** Names of the environment values, empty for an image policy. */
  readonly environment: readonly string[];
  readonly cameras: readonly CameraSpec[];
}

export interface CameraSpec {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** Why the clamp changed a command: which joint, which rule. */
export interface ClampNote {
  readonly joint: number;
  readonly rule: 'limit' | 'speed' | 'step' | 'not-a-number' | 'wrong-length';
}

/** One turn of the control loop, as it happened. */
export interface Tick {
  /** 0, 1, 2, … since the loop began. */
  readonly n: number;
  readonly t: number;
  /** Measured joint positions. */
  readonly seen: Vector;
  readonly environment: Vector;
  /** What the pilot wanted; equals `sent` while holding. */
  readonly asked: Vector;
  /** What really went to the motors, after the clamp. */
  readonly sent: Vector;
  /** `none` while holding, else the pilot's kind: `person`, `policy`, `expert`. */
  readonly pilot: string;
  /** True while a person overrides a policy. */
  readonly intervention: boolean;
  readonly clamped: readonly ClampNote[];
  /** Milliseconds spent reading, deciding and writing, and how late this tick began. */
  readonly bill: { readonly read: number; readonly pilot: number; readonly write: number; readonly late: number };
}

export type Unsubscribe = () => void;
export type Listener<T> = (value: T) => void;
