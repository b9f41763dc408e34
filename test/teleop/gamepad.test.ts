import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Button, StickSource } from '../../src-main/core/pilot';
import { RESTING_STICK } from '../../src-main/core/pilot';
import { BrowserPadSource } from '../../src-main/teleop/gamepad/browser-pad';
import { dualSense, dualShock4, switchPro } from '../../src-main/teleop/gamepad/hid-reports';
import { parseJoystick } from '../../src-main/teleop/gamepad/joystick-linux';
import { LAYOUTS, layoutFor, toStandard } from '../../src-main/teleop/gamepad/linux-layout';
import { PadReader, RESTING_PAD } from '../../src-main/teleop/gamepad/standard';
import { GamepadWatcher } from '../../src-main/teleop/gamepad/watcher';
import { StickTeleop } from '../../src-main/teleop/stick-teleop';
import { PROFILE, SO101, seenAt, tipOf } from './fixtures';

const INIT = 0x80;
const js = (type: 'axis' | 'button', number: number, value: number, flags = 0): Buffer => {
  const b = Buffer.alloc(8);
  b.writeInt16LE(value, 4);
  b.writeUInt8((type === 'axis' ? 2 : 1) | flags, 6);
  b.writeUInt8(number, 7);
  return b;
};
const pad = (axes: Record<number, number>, buttons: Record<number, number> = {}) => ({
  axes: RESTING_PAD.axes.map((v, i) => axes[i] ?? v),
  buttons: RESTING_PAD.buttons.map((v, i) => buttons[i] ?? v),
});

describe('a standard gamepad', () => {
  it('ignores what is inside the dead zone and reaches full deflection beyond', () => {
    const reader = new PadReader();
    reader.read(RESTING_PAD);
    expect(reader.read(pad({ 0: 0.1, 1: -0.11, 3: 0.12 })).stick).toEqual(RESTING_STICK);
    expect(reader.read(pad({ 0: -1, 1: -1 }, { 7: 1 })).stick).toMatchObject({ x: 1, y: 1, grip: -1 });
    expect(reader.lit).toEqual(['pad:left-y-', 'pad:left-x-', 'pad:rt']);
  });

  it('does not believe a control that was never seen at rest', () => {
    const reader = new PadReader();
    const stuck = pad({ 0: 0.9 }, { 6: 0.5, 1: 1 });
    expect(reader.read(stuck)).toEqual({ stick: RESTING_STICK, pressed: [] });
    reader.read(RESTING_PAD);
    expect(reader.read(stuck).pressed).toEqual(['stop']);
    expect(reader.read(stuck).pressed).toEqual([]);
    expect(reader.read(stuck).stick.y).toBeLessThan(-0.8);
  });

  it('keeps every axis in -1..1 whatever a pad reports', () => {
    const reader = new PadReader();
    reader.read(RESTING_PAD);
    const n = fc.array(fc.double(), { maxLength: 20 });
    fc.assert(
      fc.property(n, n, (axes, buttons) => {
        const { stick } = reader.read({ axes, buttons });
        for (const v of Object.values(stick)) if (typeof v === 'number') expect(Math.abs(v)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the browser’s gamepad', () => {
  it('rests when it is unplugged and when the page falls silent', () => {
    const source = new BrowserPadSource();
    source.update(RESTING_PAD);
    source.update(pad({ 1: -1 }));
    expect(source.poll(1)?.x).toBe(1);
    expect(source.poll(1.2)?.x).toBe(1);
    expect(source.poll(1.3)).toBeNull();
    source.update(RESTING_PAD);
    source.update(pad({ 1: -1 }));
    expect(source.poll(2)?.x).toBe(1);
    source.update(null);
    expect(source.poll(2.01)).toBeNull();
    expect(source.lit()).toEqual([]);
  });
});

describe('the Linux joystick protocol', () => {
  it('gives the same events however the bytes are cut up', () => {
    const event = fc.record({
      kind: fc.constantFrom('axis' as const, 'button' as const),
      number: fc.integer({ min: 0, max: 255 }),
      value: fc.integer({ min: -32768, max: 32767 }),
      initial: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.integer({ min: 1, max: 30 })), (events, cuts) => {
        let bytes = Buffer.concat(events.map((e) => js(e.kind, e.number, e.value, e.initial ? INIT : 0)));
        const out = [];
        let rest = Buffer.alloc(0);
        for (const cut of [...cuts, bytes.length]) {
          const r = parseJoystick(Buffer.concat([rest, bytes.subarray(0, cut)]));
          out.push(...r.events);
          rest = Buffer.from(r.rest);
          bytes = bytes.subarray(cut);
        }
        expect(out).toEqual(events);
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { events, rest } = parseJoystick(Buffer.from(bytes));
        expect(rest.length).toBeLessThan(8);
        expect(events.length).toBeLessThanOrEqual(bytes.length / 8);
      }),
    );
  });

  it('knows the makers’ layouts and takes strangers for Xbox controllers', () => {
    expect(LAYOUTS.map((l) => l.name)).toEqual(['playstation', 'nintendo', 'xbox']);
    const ps = layoutFor('054C');
    // Number 2 is the triangle there, 3 the square.
    expect(toStandard(ps, new Map(), new Map([[2, 1]])).buttons[3]).toBe(1);
    expect(toStandard(layoutFor('1234'), new Map(), new Map([[2, 1]])).buttons[2]).toBe(1);
    expect(
      toStandard(
        ps,
        new Map([
          [5, 1],
          [7, -1],
        ]),
        new Map(),
      ).buttons.slice(7, 13),
    ).toEqual([1, 0, 0, 0, 0, 1]);
  });
});

describe('raw HID reports', () => {
  const ds4 = () => Uint8Array.from([0x01, 128, 128, 128, 128, 8, 0, 0, 0, 0, ...Array<number>(54).fill(0)]);

  it('reads a DualShock 4', () => {
    const r = ds4();
    expect(dualShock4(r)?.buttons).toEqual(RESTING_PAD.buttons);
    r.set([0, 255, 128, 128, 0x20 | 6, 0x20, 1, 255, 0], 1);
    const state = dualShock4(r);
    expect(state?.axes.slice(0, 2)).toEqual([-1, 1]);
    expect(state?.buttons).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]);
  });

  it('reads a DualSense by cable', () => {
    const r = new Uint8Array(64);
    r.set([0x01, 128, 0, 128, 128, 0, 255, 0, 0x40 | 8, 0x01, 0]);
    const state = dualSense(r);
    expect(state?.axes[1]).toBe(-1);
    expect(state?.buttons.slice(0, 8)).toEqual([0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('reads a Switch Pro Controller, by the places of its buttons', () => {
    const r = new Uint8Array(64);
    const middle = [0x00, 0x08, 0x80];
    r.set([0x30, 0, 0x81, 0x04, 0, 0, ...middle, ...middle]);
    expect(switchPro(r)?.axes.map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(switchPro(r)?.buttons[0]).toBe(1);
    r.set([0xff, 0x0f, 0xff], 6);
    expect(switchPro(r)?.axes.slice(0, 2)).toEqual([1, -1]);
  });

  it('gives null or a pad in range for any bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(dualShock4, dualSense, switchPro),
        fc.constantFrom(1, 0x11, 0x30, 0x31, 7),
        fc.uint8Array({ maxLength: 80 }),
        (parse, id, bytes) => {
          const state = parse(Uint8Array.from([id, ...bytes]));
          if (!state) return;
          expect(state.axes).toHaveLength(4);
          expect(state.buttons).toHaveLength(17);
          for (const v of state.axes) expect(Math.abs(v)).toBeLessThanOrEqual(1);
          for (const v of state.buttons) expect(v >= 0 && v <= 1).toBe(true);
        },
      ),
    );
  });
});

describe.skipIf(process.platform === 'win32')('a virtual gamepad on a named pipe', () => {
  let folder: string;
  let watcher: GamepadWatcher;
  const added: StickSource[] = [];
  const removed: StickSource[] = [];
  let pipe: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pads-'));
    pipe = join(folder, 'js0');
    added.length = 0;
    removed.length = 0;
    watcher = new GamepadWatcher({ inputDir: folder, hid: false });
    watcher.onAdded((s) => added.push(s));
    watcher.onRemoved((s) => removed.push(s));
  });
  afterEach(() => {
    watcher.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const plug = () => {
    execFileSync('mkfifo', [pipe]);
    watcher.scan();
    return { source: added[added.length - 1] as StickSource, fd: openSync(pipe, constants.O_WRONLY) };
  };

  it('drives the arm, and lets it rest at once when it is unplugged with the stick bent', async () => {
    const { source, fd } = plug();
    const teleop = new StickTeleop({ profile: PROFILE, settings: { speed: 1, mode: 'cartesian', deadman: false } });
    teleop.addSource(source);
    await teleop.start(SO101, seenAt(0));
    let joints = teleop.next(seenAt(0));
    const from = tipOf(joints);
    writeSync(fd, Buffer.concat([js('axis', 0, 0, INIT), js('axis', 1, 0, INIT), js('axis', 1, -32767)]));
    for (let k = 1; k <= 30; k++) joints = teleop.next(seenAt(k / 60, joints));
    expect(tipOf(joints)[0] - from[0]).toBeGreaterThan(0.08);
    expect(teleop.lit()).toEqual(['pad:left-y-']);
    closeSync(fd);
    const there = teleop.next(seenAt(31 / 60, joints));
    for (let k = 32; k < 60; k++) expect(teleop.next(seenAt(k / 60, there))).toEqual(there);
    expect(teleop.active).toBe(false);
    // Plugged in again, it works again.
    const again = openSync(pipe, constants.O_WRONLY);
    writeSync(again, js('axis', 1, 32767));
    expect(teleop.active).toBe(true);
    closeSync(again);
    rmSync(pipe);
    watcher.scan();
    expect(removed).toEqual([source]);
    expect(watcher.sources).toEqual([]);
  });

  it('hears a button that was pressed and let go between two polls, but not one held while plugging in', () => {
    const { source, fd } = plug();
    const pressed: Button[] = [];
    source.onButton((b) => pressed.push(b));
    source.poll(0);
    writeSync(fd, Buffer.concat([js('button', 0, 1), js('button', 0, 0), js('button', 7, 1), js('button', 7, 0)]));
    source.poll(0.1);
    expect(pressed).toEqual(['record', 'hand-over']);
    closeSync(fd);
    source.poll(0.2);
    const again = openSync(pipe, constants.O_WRONLY);
    writeSync(again, Buffer.concat([js('button', 1, 1, INIT), js('axis', 2, 0, INIT), js('axis', 0, 100)]));
    expect(source.poll(0.3)).toEqual(RESTING_STICK);
    expect(pressed).toEqual(['record', 'hand-over']);
    closeSync(again);
  });

  it('takes a half event at the end of the pipe for nothing', () => {
    const { source, fd } = plug();
    source.poll(0);
    writeSync(fd, js('axis', 1, -32767).subarray(0, 5));
    expect(source.poll(0.1)).toEqual(RESTING_STICK);
    writeSync(fd, js('axis', 1, -32767).subarray(5));
    expect(source.poll(0.2)?.x).toBe(1);
    closeSync(fd);
    expect(source.poll(0.3)).toBeNull();
  });

  it('keeps two pads apart and finds none in a folder that is not there', () => {
    plug();
    execFileSync('mkfifo', [join(folder, 'js1')]);
    watcher.scan();
    watcher.scan();
    expect(new Set(added.map((s) => s.id)).size).toBe(2);
    expect(added).toHaveLength(2);
    const none = new GamepadWatcher({ inputDir: join(folder, 'nowhere'), hid: false });
    none.scan();
    expect(none.sources).toEqual([]);
  });
});
