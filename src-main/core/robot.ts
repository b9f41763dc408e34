import type { AbortSignalLike } from './clock';
import type { RobotSpec, Vector } from './types';

/**
 * One robot, real or simulated. The control loop owns it: nobody else calls `apply`.
 *
 * A robot owes: positions in the order and units of `spec.joints`; a `FaultError` (never a made-up position) when a
 * read fails after its own bounded retries; `apply` that resolves to what was really sent, in the same units.
 * The caller owes: one call at a time, targets already clamped, `close` at the end whatever happened.
 */
export interface Robot {
  readonly spec: RobotSpec;
  /** Opens the link, checks that every servo is there, switches torque on at the present position. */
  connect(signal?: AbortSignalLike): Promise<void>;
  read(): Promise<Vector>;
  apply(target: Vector): Promise<Vector>;
  /** Holds the present position. Safe at any time, any number of times, even with the link gone. */
  halt(): Promise<void>;
  /** Releases torque (where safe) and the link. Idempotent. */
  close(): Promise<void>;
}
