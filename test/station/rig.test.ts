import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import { RESTING_STICK, type StickSource } from '../../src-main/core/pilot';
import { Random } from '../../src-main/core/random';
import { ExpertPilot } from '../../src-main/station/expert-pilot';
import { virtualPump } from '../../src-main/station/pump';
import { openRig, type Rig } from '../../src-main/station/rig';
import { runTrial } from '../../src-main/station/trial';

const open = async (task: 'reach' | 'push') => {
  const clock = new VirtualClock();
  const rig = await openRig({ kind: 'so101-sim', task }, { clock, rate: 60 });
  return { clock, rig, pump: virtualPump(rig.loop, clock) };
};

const stick = (y: number): StickSource => ({
  id: 'test',
  label: 'test',
  poll: () => ({ ...RESTING_STICK, y, deadman: true }),
  onButton: () => () => {},
  lit: () => [],
  close: () => {},
});

const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? 0))));
const seen = (rig: Rig) => rig.loop.seen?.joints ?? [];

describe('the simulated workplace', () => {
  it('holds the new start still after a reset, whoever drove before', async () => {
    const { rig, pump } = await open('push');
    for (let i = 0; i < 30; i++) await rig.loop.step();
    await rig.seat.sit('person');
    rig.teleop.addSource(stick(1));
    let n = 0;
    await pump(() => ++n >= 60);
    await rig.seat.release();
    await rig.reset(5);
    const start = seen(rig);
    n = 0;
    await pump(() => ++n >= 60);
    expect(furthest(start, seen(rig))).toBeLessThan(0.02);
    await rig.close();
  });

  it('gives the stick back to the person who asked for a new start, without a jump', async () => {
    const { rig, pump } = await open('push');
    await rig.seat.sit('person');
    await rig.reset(9);
    expect(rig.seat.mode).toBe('person');
    const start = seen(rig);
    let n = 0;
    await pump(() => ++n >= 30);
    expect(furthest(start, seen(rig))).toBeLessThan(0.02);
    await rig.close();
  });

  it('lets the scripted expert do the task through the stick, and repeats it exactly by seed', async () => {
    const once = async () => {
      const { rig, pump } = await open('reach');
      if (!rig.world) throw new Error('no world');
      const pilot = new ExpertPilot(rig.profile, rig.world, new Random(3));
      const result = await runTrial({ rig, pump, pilot, kind: 'expert', seed: 3 });
      const end = seen(rig);
      await rig.close();
      return { result, end };
    };
    const [a, b] = [await once(), await once()];
    expect(a.result.success).toBe(true);
    expect(b).toEqual(a);
  });

  it('counts a stopped robot as a failed trial and leaves it stopped', async () => {
    const { rig, pump } = await open('reach');
    if (!rig.world) throw new Error('no world');
    const pilot = new ExpertPilot(rig.profile, rig.world, new Random(3));
    let ticks = 0;
    rig.loop.onTick(() => {
      if (++ticks === 30) rig.loop.stop('enough');
    });
    const result = await runTrial({ rig, pump, pilot, kind: 'expert', seed: 3 });
    expect(result.success).toBe(false);
    expect(rig.seat.mode).toBe('stopped');
    await rig.close();
  });
});
