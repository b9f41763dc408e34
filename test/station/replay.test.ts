import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import type { Dataset } from '../../src-main/core/episode';
import { RESTING_STICK, type StickSource } from '../../src-main/core/pilot';
import type { Tick } from '../../src-main/core/types';
import { openDataset } from '../../src-main/dataset/dataset';
import { recordDemonstrations } from '../../src-main/station/laboratory';
import { virtualPump } from '../../src-main/station/pump';
import { Replay } from '../../src-main/station/replay';
import { openRig } from '../../src-main/station/rig';

const home = mkdtempSync(join(tmpdir(), 'understudy-replay-'));
let dataset: Dataset;
beforeAll(async () => {
  await recordDemonstrations({ task: 'push', folder: join(home, 'push'), episodes: 1, seed: 4 });
  dataset = await openDataset(join(home, 'push'));
}, 120_000);
afterAll(async () => {
  await dataset?.close();
  rmSync(home, { recursive: true, force: true });
});

async function workplace(task: 'push' | 'reach' = 'push') {
  const clock = new VirtualClock();
  const rig = await openRig({ kind: 'so101-sim', task }, { clock, rate: 60 });
  const pump = virtualPump(rig.loop, clock);
  const notices: unknown[] = [];
  const replay = new Replay({ changed: () => {}, notice: (error) => notices.push(error) });
  const ticks: Tick[] = [];
  rig.loop.onTick((tick) => ticks.push(tick));
  const until = async (done: () => boolean, most = 3000) => {
    let n = 0;
    await pump(() => done() || ++n >= most);
  };
  return { rig, replay, notices, ticks, until };
}

const stick = (y: () => number): StickSource => ({
  id: 'test',
  label: 'test',
  poll: () => ({ ...RESTING_STICK, y: y(), deadman: true }),
  onButton: () => () => {},
  lit: () => [],
  close: () => {},
});

describe('running a recorded episode again', () => {
  it('puts the things back, goes gently to the start, repeats the motion and succeeds again, then lets go', async () => {
    const { rig, replay, notices, ticks, until } = await workplace();
    const { rows } = await dataset.read(0);
    await replay.start(rig, dataset, 0, 1);
    expect(replay.state()).toEqual({ index: 0, row: 0, rows: rows.length });
    const [x = 0, y = 0] = rows[0]?.environment ?? [];
    expect(rig.world?.object('cube').pos[0]).toBeCloseTo(x, 5);
    expect(rig.world?.object('cube').pos[1]).toBeCloseTo(y, 5);
    await until(() => rig.seat.mode === 'hold');
    expect(rig.seat.mode).toBe('hold');
    expect(replay.state()).toBeNull();
    expect(rig.world?.success()).toBe(true);
    expect(ticks.some((tick) => tick.pilot === 'replay')).toBe(true);
    // Where the recorded arm ended, this one ends.
    const end = rows[rows.length - 1]?.state ?? [];
    const seen = rig.loop.seen?.joints ?? [];
    expect(Math.max(...end.map((value, i) => Math.abs(value - (seen[i] ?? 0))))).toBeLessThan(0.05);
    // The way to the start is slow: never faster than 40 % of a joint's speed.
    const joints = rig.robot.spec.joints;
    const first = ticks.slice(0, 15);
    first.slice(1).forEach((tick, k) => {
      joints.forEach(({ maxSpeed }, i) => {
        expect(Math.abs((tick.asked[i] ?? 0) - (first[k]?.asked[i] ?? 0)) * 60).toBeLessThan(0.4 * maxSpeed + 1e-6);
      });
    });
    expect(notices).toEqual([]);
    await rig.close();
  }, 60_000);

  it('takes twice as long at half the speed', async () => {
    const lengths: number[] = [];
    for (const speed of [1, 0.5]) {
      const { rig, replay, ticks, until } = await workplace();
      await replay.start(rig, dataset, 0, speed);
      await until(() => (replay.state()?.row ?? 0) > 0 || rig.seat.mode === 'hold');
      const before = ticks.length;
      await until(() => rig.seat.mode === 'hold');
      lengths.push(ticks.length - before);
      await rig.close();
    }
    const [full = 0, half = 0] = lengths;
    expect(half / full).toBeGreaterThan(1.7);
    expect(half / full).toBeLessThan(2.1);
  }, 60_000);

  it('gives the stick to a person who moves it, and goes on from there when it gets it back', async () => {
    const { rig, replay, until } = await workplace();
    let push = 0;
    rig.teleop.addSource(stick(() => push));
    await replay.start(rig, dataset, 0, 1);
    await until(() => (replay.state()?.row ?? 0) >= 20);
    push = 1;
    await until(() => rig.seat.mode === 'person', 10);
    expect(rig.seat.state).toMatchObject({ mode: 'person', intervention: true });
    expect(replay.state()).toBeNull();
    push = 0;
    await until(() => false, 30);
    await rig.seat.handBack();
    expect(replay.state()?.row).toBeGreaterThanOrEqual(20);
    await until(() => rig.seat.mode === 'hold');
    expect(rig.seat.mode).toBe('hold');
    await rig.close();
  }, 60_000);

  it('ends at a stop and stays stopped', async () => {
    const { rig, replay, until } = await workplace();
    await replay.start(rig, dataset, 0, 1);
    await until(() => false, 40);
    rig.loop.stop('enough');
    expect(rig.seat.mode).toBe('stopped');
    expect(replay.state()).toBeNull();
    await replay.stop();
    expect(rig.seat.mode).toBe('stopped');
    await rig.close();
  }, 60_000);

  it('says so when things cannot be put where they were, and refuses a robot with other joints', async () => {
    const { rig, replay, notices } = await workplace('reach');
    await replay.start(rig, dataset, 0, 1);
    expect(notices).toMatchObject([{ kind: 'incompatible' }]);
    await replay.stop();
    const [first, ...rest] = dataset.spec.joints;
    const other = { ...dataset.spec, joints: [{ name: 'waist', unit: 'rad' as const }, ...rest] };
    expect(first).toBeDefined();
    const foreign = Object.create(dataset, { spec: { value: other } }) as Dataset;
    await expect(replay.start(rig, foreign, 0, 1)).rejects.toMatchObject({ kind: 'incompatible' });
    await rig.close();
  }, 60_000);
});
