/**
 * The physics a bank of virtual servos acts on. Angles in radians about each hinge, joints in profile order.
 * The servos say what they want of each hinge; the plant says where it is. `advance` brings it to the clock's now.
 */
export interface Plant {
  readonly joints: number;
  /** Steps the physics up to the present time of its clock. Cheap when nothing has passed. */
  advance(): void;
  position(joint: number): number;
  /** rad/s */
  velocity(joint: number): number;
  /** Torque as a share of the stall torque, -1..1. */
  load(joint: number): number;
  /** `goal` null = torque off (the joint is limp, gears still brake); `torque` is the limit as a share of stall, 0..1. */
  drive(joint: number, goal: number | null, torque: number): void;
}
