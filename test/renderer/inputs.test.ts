import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callSchemas } from '../../src-main/core/contract';
import { KEY_MAP } from '../../src-main/core/controls';
import { PadCollector, type PadLike, type PadReading, readPad } from '../../src-renderer/state/gamepad';
import { robotOwns } from '../../src-renderer/state/key-owner';
import { KeyCollector } from '../../src-renderer/state/keyboard';

describe('key collector', () => {
  const collect = () => {
    const said: (readonly string[])[] = [];
    return { said, keys: new KeyCollector((down) => said.push(down)) };
  };

  it('reports the whole set when it changes, not on repeats', () => {
    const { said, keys } = collect();
    keys.press('KeyW');
    keys.press('KeyW');
    keys.press('KeyQ');
    keys.lift('KeyW');
    keys.lift('KeyW');
    expect(said).toEqual([['KeyW'], ['KeyW', 'KeyQ'], ['KeyQ']]);
  });

  it('lets go of everything at once, and says so only when something was held', () => {
    const { said, keys } = collect();
    keys.clear();
    keys.press('KeyW');
    keys.clear();
    keys.clear();
    expect(said).toEqual([['KeyW'], []]);
  });

  it('never says more than the wire takes, and always ends empty when all keys come up', () => {
    const key = fc.record({ code: fc.string({ maxLength: 40 }), down: fc.boolean() });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 120 }), (events) => {
        const { said, keys } = collect();
        for (const { code, down } of events) down ? keys.press(code) : keys.lift(code);
        for (const { code } of events) keys.lift(code);
        for (const down of said) expect(callSchemas['drive.keys'].safeParse({ down: [...down] }).success).toBe(true);
        expect(said.at(-1) ?? []).toEqual([]);
      }),
    );
  });
});

describe('who owns a key', () => {
  it('gives every mapped key to the robot while nothing special has the focus', () => {
    for (const { code } of KEY_MAP) expect(robotOwns(code, 'page', false)).toBe(true);
  });

  it('keeps typing out of the robot, but Escape stops a moving arm even from a text field', () => {
    for (const { code } of KEY_MAP.filter((k) => k.code !== 'Escape'))
      expect(robotOwns(code, 'text', true)).toBe(false);
    expect(robotOwns('Escape', 'text', true)).toBe(true);
    expect(robotOwns('Escape', 'text', false)).toBe(false);
  });

  it('stops a moving arm with Space rather than pressing the focused button', () => {
    expect(robotOwns('Space', 'control', true)).toBe(true);
    expect(robotOwns('Space', 'control', false)).toBe(false);
  });

  it('leaves Tab, Enter and arrows to a focused control, and motion keys to the robot', () => {
    for (const code of ['Tab', 'Enter', 'ArrowLeft']) expect(robotOwns(code, 'control', true)).toBe(false);
    expect(robotOwns('KeyW', 'control', true)).toBe(true);
    expect(robotOwns('Tab', 'page', true)).toBe(false);
  });

  it('leaves a list all its keys, but Space and Escape stop a moving arm there too', () => {
    for (const code of ['ArrowDown', 'Home', 'Delete', 'KeyA', 'Space', 'Escape'])
      expect(robotOwns(code, 'list', false)).toBe(false);
    expect(robotOwns('Space', 'list', true)).toBe(true);
    expect(robotOwns('Escape', 'list', true)).toBe(true);
  });
});

const pad = (change: Partial<PadLike> = {}): PadLike => ({
  id: 'Pad',
  connected: true,
  mapping: 'standard',
  axes: [0, 0],
  buttons: [{ value: 0 }],
  ...change,
});

describe('gamepad', () => {
  it('prefers a pad with the standard mapping', () => {
    expect(readPad([null, pad({ id: 'odd', mapping: '' }), pad({ id: 'good' })])?.id).toBe('good');
    expect(readPad([null, pad({ connected: false })])).toBeNull();
  });

  it('speaks when something changes and says null once when the pad goes', () => {
    const said: (PadReading | null)[] = [];
    const collector = new PadCollector(
      (reading) => said.push(reading),
      () => 0,
    );
    collector.see([null]);
    collector.see([pad()]);
    collector.see([pad()]);
    collector.see([pad({ axes: [0.5, 0] })]);
    collector.see([null]);
    collector.see([null]);
    expect(said.map((s) => s?.axes ?? null)).toEqual([[0, 0], [0.5, 0], null]);
  });

  it('repeats itself while a pad is there, because main takes a silent one for gone', () => {
    let now = 0;
    let said = 0;
    const collector = new PadCollector(
      () => said++,
      () => now,
    );
    for (; now < 1000; now += 16) collector.see([pad({ axes: [1, 0] })]);
    expect(said).toBeGreaterThan(5);
    expect(said).toBeLessThan(20);
    collector.see([null]);
    const before = said;
    for (; now < 2000; now += 16) collector.see([null]);
    expect(said).toBe(before);
  });

  it('always fits the wire, whatever a driver reports', () => {
    const wild = fc.record({
      id: fc.string({ maxLength: 300 }),
      axes: fc.array(fc.double({ min: -9, max: 9 }), { maxLength: 40 }),
      values: fc.array(fc.double({ min: -9, max: 9 }), { maxLength: 60 }),
    });
    fc.assert(
      fc.property(wild, ({ id, axes, values }) => {
        const reading = readPad([pad({ id, axes, buttons: values.map((value) => ({ value })) })]);
        expect(callSchemas['drive.gamepad'].safeParse(reading).success).toBe(true);
      }),
    );
  });
});
