import { ControlLoop } from '../../src-main/control/loop';
import { VirtualClock } from '../../src-main/core/clock';
import type { Pilot } from '../../src-main/core/pilot';
import type { Robot } from '../../src-main/core/robot';
import type { Observation, RobotSpec, Tick, Vector } from '../../src-main/core/types';

export const SPEC: RobotSpec = {
  kind: 'bench',
  title: 'Bench arm',
  joints: [
    { name: 'a', unit: 'rad', min: -1, max: 1, maxSpeed: 2 },
    { name: 'b', unit: 'rad', min: -2, max: 2, maxSpeed: 3 },
    { name: 'g', unit: 'ratio', min: 0, max: 1, maxSpeed: 2.5 },
  ],
};

/** A robot in memory: its joints run after the command with a given speed, and it fails when told to. */
export class MemoryRobot implements Robot {
  joints: number[];
  goal: number[];
  readonly sent: Vector[] = [];
  calls: string[] = [];
  halts = 0;
  closed = false;
  failReads = 0;
  failHalts = 0;
  hang = false;
  busy = 0;
  overlapped = false;
  #t = 0;

  constructor(
    readonly spec: RobotSpec = SPEC,
    readonly clock = new VirtualClock(),
    at: Vector = [0, 0, 0.5],
    readonly speed = 5,
  ) {
    this.joints = [...at];
    this.goal = [...at];
  }

  async connect(): Promise<void> {}

  async read(): Promise<Vector> {
    this.calls.push('read');
    if (this.hang) return new Promise(() => undefined);
    await this.#turn();
    if (this.failReads > 0) {
      this.failReads--;
      throw new Error('no reply');
    }
    const dt = this.clock.now() - this.#t;
    this.#t = this.clock.now();
    this.joints = this.joints.map((q, i) => {
      const d = (this.goal[i] as number) - q;
      return q + Math.sign(d) * Math.min(Math.abs(d), this.speed * dt);
    });
    return [...this.joints];
  }

  async apply(target: Vector): Promise<Vector> {
    this.calls.push('apply');
    await this.#turn();
    this.goal = [...target];
    this.sent.push([...target]);
    return [...target];
  }

  async halt(): Promise<void> {
    this.calls.push('halt');
    if (this.failHalts > 0) {
      this.failHalts--;
      throw new Error('no reply');
    }
    this.halts++;
    this.goal = [...this.joints];
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async #turn(): Promise<void> {
    this.overlapped ||= this.busy > 0;
    this.busy++;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.busy--;
  }
}

export class TestPilot implements Pilot {
  started: Observation[] = [];
  stops = 0;
  startTakes: Promise<void> | null = null;
  stopTakes: Promise<void> | null = null;
  constructor(
    readonly kind: string,
    public next: (seen: Observation) => Vector | null,
  ) {}
  async start(_: RobotSpec, seen: Observation): Promise<void> {
    this.started.push(seen);
    await this.startTakes;
  }
  async stop(): Promise<void> {
    this.stops++;
    await this.stopTakes;
  }
}

export function bench(options: { rate?: number; robot?: MemoryRobot } = {}) {
  const robot = options.robot ?? new MemoryRobot();
  const rate = options.rate ?? 50;
  const loop = new ControlLoop({ robot, clock: robot.clock, rate });
  const faults: string[] = [];
  const stops: string[] = [];
  loop.onFault((f) => faults.push(f.kind));
  loop.onStop((reason) => stops.push(reason));
  const tick = async (n = 1): Promise<Tick> => {
    let last: Tick | null = null;
    for (let i = 0; i < n; i++) {
      robot.clock.advance(1 / rate);
      last = await loop.step();
    }
    if (!last) throw new Error('the last tick had no reading');
    return last;
  };
  return { robot, loop, faults, stops, tick, rate };
}
