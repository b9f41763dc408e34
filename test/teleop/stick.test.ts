import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_MAP, PAD_MAP } from '../../src-main/core/controls';
import type { Button, StickSource, StickState } from '../../src-main/core/pilot';
import { RESTING_STICK } from '../../src-main/core/pilot';
import { KeyboardSource } from '../../src-main/teleop/keyboard';
import { mergeSticks } from '../../src-main/teleop/merge';
import type { StickSettings } from '../../src-main/teleop/stick-teleop';
import { StickTeleop } from '../../src-main/teleop/stick-teleop';
import { PROFILE, SO101, seenAt, tipOf } from './fixtures';

class FakeStick implements StickSource {
  readonly label = 'fake';
  state: StickState | null = { ...RESTING_STICK, deadman: true };
  constructor(readonly id = 'fake') {}
  poll = () => this.state;
  onButton = () => () => undefined;
  lit = () => [];
  close = () => undefined;
}

async function person(change: Partial<StickSettings> = {}, sources: StickSource[] = []) {
  const teleop = new StickTeleop({
    profile: PROFILE,
    settings: { speed: 1, mode: 'cartesian', deadman: false, ...change },
  });
  for (const s of sources) teleop.addSource(s);
  await teleop.start(SO101, seenAt(0));
  let t = 0;
  let joints: readonly number[] = PROFILE.home;
  /** Ticks with an arm that follows at once. */
  const tick = (n: number) => {
    for (let k = 0; k < n; k++) joints = teleop.next(seenAt((t += 1 / 60), joints));
    return joints;
  };
  tick(1);
  return { teleop, tick };
}

describe('the keyboard as a stick', () => {
  it('ramps up a pressed key and rests at once when it is let go or the focus is lost', () => {
    const keys = new KeyboardSource();
    keys.poll(0);
    keys.setKeys(['KeyW']);
    expect(keys.poll(0.01).x).toBeGreaterThan(0);
    expect(keys.poll(0.02).x).toBeLessThan(0.5);
    expect(keys.poll(0.2).x).toBe(1);
    keys.setKeys([]);
    expect(keys.poll(0.201).x).toBe(0);
  });

  it('cancels opposite keys and ignores keys it does not know', () => {
    const keys = new KeyboardSource();
    keys.setKeys(['KeyW', 'KeyS', 'F13']);
    expect(keys.poll(0)).toEqual({ ...RESTING_STICK, deadman: true });
    expect(keys.lit()).toEqual(['key:KeyW', 'key:KeyS']);
  });

  it('fires a button once per press, stop first', () => {
    const keys = new KeyboardSource();
    const pressed: Button[] = [];
    keys.onButton((b) => pressed.push(b));
    keys.setKeys(['Enter', 'Space']);
    keys.setKeys(['Enter', 'Space', 'KeyW']);
    keys.setKeys(['Enter']);
    keys.setKeys([]);
    keys.setKeys(['Enter']);
    expect(pressed).toEqual(['stop', 'record', 'record']);
  });

  it('has a map without a control that is bound twice', () => {
    for (const map of [KEY_MAP, PAD_MAP]) expect(new Set(map.map((b) => b.control)).size).toBe(map.length);
  });
});

describe('several sticks as one', () => {
  it('takes the one that is moved furthest, by axis, and never leaves -1..1', () => {
    const n = fc.oneof(fc.double(), fc.constantFrom(-1, 1, 0.3));
    const state = fc.record({ x: n, y: n, z: n, pitch: n, roll: n, grip: n, deadman: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.option(state), { maxLength: 4 }), fc.boolean(), (states, deadman) => {
        const merged = mergeSticks(states, deadman);
        for (const axis of ['x', 'y', 'z', 'pitch', 'roll', 'grip'] as const) {
          expect(Math.abs(merged[axis])).toBeLessThanOrEqual(1);
          if (deadman && states.every((s) => !s?.deadman)) expect(merged[axis]).toBe(0);
        }
      }),
    );
    const merged = mergeSticks([{ ...RESTING_STICK, x: 0.4, grip: -1 }, { ...RESTING_STICK, x: -1 }, null], false);
    expect(merged).toMatchObject({ x: -1, grip: -1, y: 0 });
  });
});

describe('a person with sticks', () => {
  it('stands still at rest, whatever the arm sags', async () => {
    const { teleop, tick } = await person({}, [new FakeStick()]);
    const before = tick(1);
    for (let k = 2; k < 60; k++)
      expect(
        teleop.next(
          seenAt(
            k / 60,
            before.map((v) => v - 0.05),
          ),
        ),
      ).toEqual(before);
    expect(teleop.active).toBe(false);
  });

  it('goes to rest when its device vanishes with the stick bent', async () => {
    const stick = new FakeStick();
    const { teleop, tick } = await person({}, [stick]);
    stick.state = { ...RESTING_STICK, y: 1 };
    tick(20);
    expect(teleop.active).toBe(true);
    stick.state = null;
    const there = tick(1);
    expect(tick(30)).toEqual(there);
    stick.state = { ...RESTING_STICK, y: 1 };
    teleop.removeSource(stick);
    expect(tick(30)).toEqual(there);
  });

  it('moves with the dead-man option only while that device’s own switch is held', async () => {
    const [pad, other] = [new FakeStick('pad'), new FakeStick('other')];
    const { teleop, tick } = await person({ deadman: true }, [pad, other]);
    pad.state = { ...RESTING_STICK, x: 1 };
    const before = tick(1);
    expect(tick(20)).toEqual(before);
    expect(teleop.active).toBe(false);
    pad.state = { ...RESTING_STICK, x: 1, deadman: true };
    expect(tipOf(tick(20))[0]).toBeGreaterThan(tipOf(before)[0] + 0.05);
  });

  it('turns single joints in joint mode, and no joint beyond its limit', async () => {
    const stick = new FakeStick();
    const { tick } = await person({ mode: 'joint' }, [stick]);
    stick.state = { ...RESTING_STICK, x: 1, grip: 1 };
    const after = tick(30);
    expect(after[0]).toBeCloseTo(1.5 * 0.5, 2);
    expect(after.slice(1, 5)).toEqual(PROFILE.home.slice(1, 5));
    expect(after[5]).toBe(1);
    expect(tick(200)[0]).toBe(PROFILE.joints[0]?.max);
  });

  it('does not leap after a tick that came late', async () => {
    const stick = new FakeStick();
    const { teleop, tick } = await person({}, [stick]);
    stick.state = { ...RESTING_STICK, x: 1 };
    const before = tipOf(tick(1));
    const after = tipOf(teleop.next(seenAt(1000, PROFILE.home)));
    expect(after[0] - before[0]).toBeLessThan(0.25 * 0.05 + 0.001);
  });

  it('refuses a robot it has no body for', async () => {
    const { teleop } = await person();
    const other = { ...SO101, title: 'Other', joints: SO101.joints.slice(0, 4) };
    await expect(teleop.start(other, seenAt(0))).rejects.toMatchObject({ kind: 'incompatible' });
  });
});
