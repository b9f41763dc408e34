import { afterEach } from 'vitest';
import { ControlLoop } from '../../src-main/control/loop';
import { VirtualClock } from '../../src-main/core/clock';
import type { StickSource } from '../../src-main/core/pilot';
import { aboutZ, compose, IDENTITY, type Pose } from '../../src-main/core/pose';
import type { RobotProfile } from '../../src-main/core/profile';
import { Random } from '../../src-main/core/random';
import type { TaskId } from '../../src-main/core/task';
import { VirtualLink } from '../../src-main/links/virtual-link';
import { so101Profile } from '../../src-main/robots/profiles';
import { So101 } from '../../src-main/robots/so101';
import { createExpert, type Expert } from '../../src-main/sim/experts';
import { ServoBank } from '../../src-main/sim/servo-bank';
import { SimWorld } from '../../src-main/sim/world';
import { StickTeleop } from '../../src-main/teleop/stick-teleop';

export const profile = so101Profile();

export async function worldOf(task: TaskId, seed = 1): Promise<{ world: SimWorld; clock: VirtualClock }> {
  const clock = new VirtualClock();
  return { clock, world: await SimWorld.create({ profile, task, clock, seed }) };
}

/** `worldOf` whose worlds are disposed of after each test. */
export function worldsOfOneTest(): typeof worldOf {
  const open: SimWorld[] = [];
  afterEach(() => {
    for (const world of open.splice(0)) world.dispose();
  });
  return async (...args) => {
    const made = await worldOf(...args);
    open.push(made.world);
    return made;
  };
}

/** Lets `seconds` pass in ticks of 60 Hz, as a control loop would. */
export function pass(clock: VirtualClock, world: SimWorld, seconds: number): void {
  for (let i = 0; i < Math.round(seconds * 60); i++) {
    clock.advance(1 / 60);
    world.plant.advance();
  }
}

/** Tool pose by composing the profile's links, without MuJoCo. Hinge angles in rad. */
export function toolByHand(body: RobotProfile, angles: readonly number[]): Pose {
  let pose: Pose = IDENTITY;
  for (const link of body.links) {
    pose = compose(pose, { pos: link.pos, quat: link.quat });
    const joint = body.joints.findIndex((j) => j.name === link.joint);
    if (joint >= 0) pose = compose(pose, { pos: [0, 0, 0], quat: aboutZ(angles[joint] ?? 0) });
    if (link.name === body.tool.link) break;
  }
  return compose(pose, body.tool);
}

/** The whole chain in virtual time: expert → stick → teleoperator → loop → driver → wire → servos → physics. */
export async function trials(task: TaskId, seeds: readonly number[]): Promise<readonly number[]> {
  const { clock, world } = await worldOf(task);
  const robot = new So101({
    link: new VirtualLink(new ServoBank({ plant: world.plant, profile, clock })),
    profile,
    kind: 'so101-sim',
  });
  await robot.connect();
  const loop = new ControlLoop({ robot, clock, rate: 60, environment: () => world.environment() });
  const faults: string[] = [];
  loop.onFault((f) => faults.push(f.message));
  const succeeded: number[] = [];
  for (const seed of seeds) {
    await loop.engage(null);
    world.reset(seed);
    await loop.rebase();
    await steps(loop, clock, 12);
    const expert = createExpert(task, world, new Random(seed));
    const teleop = new StickTeleop({
      profile,
      settings: { speed: 1, mode: 'cartesian', deadman: false },
      now: () => clock.now(),
    });
    teleop.addSource(stickOf(expert, () => loop.seen?.joints ?? world.joints()));
    await loop.engage(teleop);
    const end = clock.now() + world.task.timeLimit;
    while (clock.now() < end && !expert.done) {
      await steps(loop, clock, 1);
    }
    if (world.success()) succeeded.push(seed);
  }
  await loop.close();
  world.dispose();
  if (faults.length > 0) throw new Error(`the chain reported ${faults[0]}`);
  return succeeded;
}

async function steps(loop: ControlLoop, clock: VirtualClock, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    clock.advance(1 / 60);
    await loop.step();
  }
}

const stickOf = (expert: Expert, seen: () => readonly number[]): StickSource => ({
  id: 'expert',
  label: 'Expert',
  poll: (now) => expert.stick(seen(), now),
  onButton: () => () => {},
  lit: () => [],
  close: () => {},
});
