import type { Observation, ObservationSpec, Vector } from './types';

/** Saved beside weights and normaliser: all that is needed to run the policy elsewhere. */
export interface PolicySpec {
  /** One of `POLICY_KINDS`, or `onnx` for a policy made elsewhere. */
  readonly kind: string;
  /** `RobotSpec.kind` of the robot it was trained on. */
  readonly robot: string;
  readonly task: string;
  /** Task texts it tells apart; empty when it was taught a single one. */
  readonly tasks: readonly string[];
  readonly observation: ObservationSpec;
  /** Names of the action channels: the joints, unless the dataset was recorded otherwise. */
  readonly action: readonly string[];
  /** Observations it looks back on; 1 = only the present one. */
  readonly history: number;
  /** Actions per call. */
  readonly chunk: number;
  /** How many of them to execute before asking again. */
  readonly execute: number;
  /** Actions per second. */
  readonly rate: number;
}

/**
 * A loaded policy. `act` maps the newest `spec.history` observations (oldest first, robot units) to `spec.chunk`
 * targets (robot units), the first meant for now, the next 1/rate later, and so on.
 */
export interface Policy {
  readonly spec: PolicySpec;
  act(history: readonly Observation[]): Promise<readonly Vector[]>;
  reset(): void;
  dispose(): void;
}
