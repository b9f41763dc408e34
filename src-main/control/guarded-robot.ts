import { fault } from '../core/fault';
import type { Robot } from '../core/robot';
import type { RobotSpec, Vector } from '../core/types';

/**
 * A robot whose answers cannot hurt the loop: a call that never returns fails after `patience` ms (and no second call
 * is made on top of it), and a reading that is not one finite number per joint counts as no reading.
 */
export class GuardedRobot {
  readonly spec: RobotSpec;
  readonly #robot: Robot;
  readonly #patience: number;
  #pending: Promise<unknown> | null = null;

  constructor(robot: Robot, patience: number) {
    this.#robot = robot;
    this.spec = robot.spec;
    this.#patience = patience;
  }

  async read(): Promise<Vector> {
    const joints = await this.#call(() => this.#robot.read());
    if (this.#isVector(joints)) return joints;
    throw fault('servo', 'The robot gave positions that are no numbers', 'Check its cable and power.');
  }

  /** What was really sent; the command itself when the robot's answer makes no sense. */
  async apply(target: Vector): Promise<Vector> {
    const sent = await this.#call(() => this.#robot.apply(target));
    return this.#isVector(sent) ? sent : target;
  }

  #isVector(v: Vector): boolean {
    return v.length === this.spec.joints.length && v.every(Number.isFinite);
  }

  #call(work: () => Promise<Vector>): Promise<Vector> {
    const slow = () => fault('link-lost', 'The robot does not answer', 'Check its cable and power.');
    if (this.#pending) return Promise.reject(slow());
    return new Promise((resolve, reject) => {
      const call = work();
      const timer = setTimeout(() => reject(slow()), this.#patience);
      this.#pending = call;
      const settled = () => {
        this.#pending = null;
        clearTimeout(timer);
      };
      call.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }
}
