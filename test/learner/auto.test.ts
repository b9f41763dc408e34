import { describe, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../src-main/core/learning';
import { Random } from '../../src-main/core/random';
import { autoPlan } from '../../src-main/learner/auto';
import { makeBatch } from '../../src-main/learner/batch';
import { gatherFacts } from '../../src-main/learner/facts/facts';
import { correction } from '../../src-main/learner/nudge';
import { inMemory } from '../../src-main/learner/pictures';
import { choosePlan } from '../../src-main/learner/plan-training';
import { buildSamples } from '../../src-main/learner/samples';
import { type FakeEpisode, fakeDataset, row } from './fake-dataset';

const LENGTH = 40;
const raw = (names: readonly string[]) => names.map((name) => ({ name, unit: 'raw' as const }));

/** A hand goes to a cube that lies elsewhere each time; `how` is the meaning of the action. State: cube, noise, hand, finger. */
function reaching(how: 'goal' | 'motion', episodes = 8): FakeEpisode[] {
  const random = new Random(3);
  return Array.from({ length: episodes }, () => {
    const cube = random.between(200, 400);
    let hand = random.between(0, 100);
    const rows = [];
    for (let t = 0; t < LENGTH; t++) {
      const velocity = Math.max(-20, Math.min(20, (cube - hand) * 0.3)) + random.normal();
      const finger = t > 25 ? 1 : 0;
      const action = how === 'goal' ? [finger, hand + 2 * velocity] : [finger, velocity / 4];
      rows.push(row([cube, random.between(0, 300), hand, t > 26 ? 1 : 0], action));
      hand += velocity;
    }
    return { rows };
  });
}
const names = { joints: raw(['u0', 'u1', 'u2', 'u3']), action: raw(['v0', 'v1']) };
const options = (more = {}) =>
  trainOptionsSchema.parse({ dataset: '/fake', out: '/fake/out', name: 'fake', policy: 'auto', ...more });

describe('Facts of demonstrations', () => {
  it('tell an action that is a goal from one that is a motion, whatever they are called', async () => {
    const goal = await gatherFacts(fakeDataset(reaching('goal'), names), options());
    expect(goal.drives[1]).toMatchObject({ kind: 'position', feature: 2 });
    expect(goal.drives[1]?.gain).toBeCloseTo(1, 1);
    expect(goal.drives[0]).toMatchObject({ kind: 'position', feature: 3 });
    const motion = await gatherFacts(fakeDataset(reaching('motion'), names), options());
    expect(motion.drives[1]).toMatchObject({ kind: 'motion', feature: 2 });
    expect(motion.drives[1]?.gain).toBeCloseTo(4, 0);
  });

  it('find the values that meet in each demonstration, and no others', async () => {
    const { couplings, things } = await gatherFacts(fakeDataset(reaching('goal'), names), options());
    expect(couplings.map(({ a, b }) => [a, b])).toEqual([[0, 2]]);
    expect(things).toContain(0);
    expect(things).not.toContain(2);
  });

  it('find nothing to couple in a single demonstration', async () => {
    const facts = await gatherFacts(fakeDataset(reaching('goal', 1), names), options());
    expect(facts.couplings).toEqual([]);
  });
});

describe('Joint angles', () => {
  it('are moved relative to where they are, and places are not compared with them', async () => {
    const angles = ['lift', 'elbow', 'wrist'].map((name) => ({ name, unit: 'rad' as const }));
    const told = fakeDataset(reaching('goal'), {
      joints: [...angles, { name: 'gripper', unit: 'ratio' }],
      action: raw(['a', 'b']),
    });
    const plan = await autoPlan(told, options());
    expect(plan).toMatchObject({ kind: 'mlp', settings: { actions: 'delta', jointNoise: 0.3 } });
    expect(plan.config).not.toHaveProperty('differences');
    expect(plan.reasons.join(' ')).toContain('joint angles');
  });
});

/** State: hand, cube. The hand fetches the cube and carries it to `tray`, or to a tray that is told as a third value. */
function carrying(tray: number | null): FakeEpisode[] {
  const random = new Random(4);
  return Array.from({ length: 8 }, () => {
    let [hand, cube] = [random.between(0, 50), random.between(100, 300)];
    const to = tray ?? random.between(350, 550);
    const rows = [];
    for (let t = 0; t < 60; t++) {
      const goal = t < 25 ? cube : to;
      const step = Math.max(-30, Math.min(30, 0.5 * (goal - hand)));
      rows.push(row(tray === null ? [hand, cube, to] : [hand, cube], [hand + 2 * step]));
      hand += step;
      if (t >= 25) cube = hand;
    }
    return { rows };
  });
}

describe('Scenes', () => {
  const settings = {
    chunk: 2,
    history: 1,
    actions: 'absolute',
    environment: false,
    hints: false,
    cameras: [],
  } as const;
  const samplesOf = (episodes: FakeEpisode[], joints: readonly string[]) =>
    buildSamples(
      fakeDataset(episodes, { joints: raw(joints), action: raw(['go']) }),
      { ...settings, seed: 0, heldOut: 0, skipFailures: false, shiftTogether: 1 },
      inMemory(async () => {}),
    );

  it('are shifted as a whole, with the goals that stand in the actions', async () => {
    const samples = await samplesOf(carrying(null), ['hand', 'cube', 'tray']);
    expect(samples.groups?.map(({ features }) => [...features].sort())).toEqual([[0, 1, 2]]);
    const still = { random: new Random(1), jointNoise: 0, environmentNoise: 0, jointDropout: 0, shift: 0, colour: 0 };
    const plain = makeBatch(samples, [70], [], new Random(1), null);
    const moved = makeBatch(samples, [70], [], new Random(1), { ...still, shiftTogether: 0.3 });
    const { std } = samples.inputScale;
    const by = [0, 1, 2].map(
      (i) => ((moved.features[i] as number) - (plain.features[i] as number)) * (std[i] as number),
    );
    expect(Math.abs(by[0] as number)).toBeGreaterThan(1);
    expect(by[1]).toBeCloseTo(by[0] as number, 3);
    expect(by[2]).toBeCloseTo(by[0] as number, 3);
    const goal = ((moved.actions[0] as number) - (plain.actions[0] as number)) * (samples.targetScale.std[0] as number);
    expect(goal / (by[0] as number)).toBeCloseTo(1, 1);
  });

  it('are not shifted where something is brought to a place that no value tells of', async () => {
    const samples = await samplesOf(carrying(450), ['hand', 'cube']);
    expect(samples.groups).toEqual([]);
  });

  it('teach the way back where the robot is put beside its way', async () => {
    const one = reaching('motion').map(({ rows }) => ({ rows: rows.map((r) => row(r.state, r.action.slice(1))) }));
    const fit = await samplesOf(one, ['u0', 'u1', 'u2', 'u3']);
    const slip = { shift: new Float64Array(4), slip: Float64Array.of(0, 0, 1, 0) };
    const back = [0, 1].map((k) => correction(fit, slip, 0, k, 0, 3));
    // One standard deviation too far, and each unit of action moves 4: a third of the way back at once, then less.
    expect(back[0]).toBeCloseTo(-(fit.inputScale.std[2] as number) / 4 / 3, 0);
    expect(back[1]).toBeCloseTo((back[0] as number) * (2 / 3), 5);
  });
});

describe('Auto', () => {
  const cameras = [{ name: 'front', width: 96, height: 96 }];

  it('takes a state policy where the state tells where things are, although there is a camera', async () => {
    const plan = await autoPlan(fakeDataset(reaching('goal'), { ...names, cameras }), options());
    expect(plan.kind).toBe('mlp');
    expect(plan.cameras).toEqual([]);
    expect(plan.reasons.join(' ')).toContain('u0');
  });

  it('takes a camera policy where only pictures tell where things are, or a person names the cameras', async () => {
    const blind = reaching('goal').map(({ rows }) => ({ rows: rows.map((r) => row(r.state.slice(2), r.action)) }));
    const spec = { joints: raw(['u2', 'u3']), action: names.action, cameras };
    expect((await autoPlan(fakeDataset(blind, spec), options())).kind).toBe('cnn');
    const wanted = options({ cameras: ['front'] });
    expect((await autoPlan(fakeDataset(reaching('goal'), { ...names, cameras }), wanted)).kind).toBe('cnn');
  });

  it('is overruled by what a person sets by hand', async () => {
    const chosen = options({ settings: { chunk: 5 }, config: { members: 2 } });
    const plan = await choosePlan(chosen, fakeDataset(reaching('goal'), names));
    expect(plan.settings.chunk).toBe(5);
    expect(plan.config.members).toBe(2);
    expect(plan.config.differences).toHaveLength(1);
  });
});
