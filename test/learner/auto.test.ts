import { describe, expect, it } from 'vitest';
import { trainOptionsSchema } from '../../src-main/core/learning';
import { Random } from '../../src-main/core/random';
import { autoPlan } from '../../src-main/learner/auto';
import { gatherFacts } from '../../src-main/learner/facts/facts';
import { choosePlan } from '../../src-main/learner/plan-training';
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
