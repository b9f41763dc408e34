import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CameraRecord, cameraRecordSchema } from '../../src-main/core/media';
import { type Device, freeName, makeOf, matchCameras, nameProblem } from '../../src-renderer/camera/identity';

const C920 = 'HD Pro Webcam C920 (046d:082d)';
const ARDUCAM = 'Arducam B0205 (0c45:6366)';
const device = (id: string, label: string, group = `g-${id}`): Device => ({ id, label, group });
const record = (slot: string, of: Device): CameraRecord => ({
  slot,
  deviceId: of.id,
  groupId: of.group,
  label: of.label,
  on: true,
  width: 640,
  height: 480,
  fps: 30,
  locks: {},
});
const a = device('a', C920);
const b = device('b', ARDUCAM);

describe('which remembered camera is which device', () => {
  it('knows cameras by their id, in whatever order they are listed', () => {
    const { bySlot, missing, fresh, questions } = matchCameras([record('front', a), record('wrist', b)], [b, a]);
    expect([...bySlot]).toEqual([
      ['front', a],
      ['wrist', b],
    ]);
    expect([missing, fresh, questions]).toEqual([[], [], []]);
  });

  it('knows a camera by its make when the browser gave it a new id', () => {
    const again = device('new', C920);
    expect(matchCameras([record('front', a)], [again, b]).bySlot.get('front')).toBe(again);
  });

  it('knows a make by its USB numbers, whatever the language of the label', () => {
    const renamed = device('new', 'Caméra HD Pro (046D:082D)');
    expect(makeOf(renamed.label)).toBe('046d:082d');
    expect(matchCameras([record('front', a)], [renamed]).bySlot.get('front')).toBe(renamed);
  });

  it('does not believe an id that stands for another make now, as /dev/video0 may after a replug', () => {
    const other = device('a', ARDUCAM);
    const { bySlot, missing, fresh } = matchCameras([record('front', a)], [other]);
    expect(bySlot.size).toBe(0);
    expect(missing.map((r) => r.slot)).toEqual(['front']);
    expect(fresh).toEqual([other]);
  });

  it('asks, and never guesses, when two cameras of one make have new ids', () => {
    const twins = [device('x', C920), device('y', C920)];
    const known = [record('front', a), record('wrist', device('a2', C920))];
    const { bySlot, questions, missing, fresh } = matchCameras(known, twins);
    expect(bySlot.size).toBe(0);
    expect(questions).toEqual([{ slots: ['front', 'wrist'], devices: twins }]);
    expect([missing, fresh]).toEqual([[], []]);
  });

  it('asks which of two it was when only one of the twins is plugged in', () => {
    const known = [record('front', a), record('wrist', device('a2', C920))];
    const { bySlot, questions } = matchCameras(known, [device('x', C920)]);
    expect(bySlot.size).toBe(0);
    expect(questions).toHaveLength(1);
  });

  it('needs no question when one of the twins still has its id', () => {
    const second = device('y', C920);
    const known = [record('front', a), record('wrist', device('a2', C920))];
    const { bySlot, questions } = matchCameras(known, [second, a]);
    expect(questions).toEqual([]);
    expect([bySlot.get('front'), bySlot.get('wrist')]).toEqual([a, second]);
  });

  it('tells twins apart by their group where that is still known', () => {
    const known = [record('front', device('a', C920, 'g1')), record('wrist', device('b', C920, 'g2'))];
    const now = [device('x', C920, 'g2'), device('y', C920, 'g1')];
    const { bySlot } = matchCameras(known, now);
    expect([bySlot.get('front')?.id, bySlot.get('wrist')?.id]).toEqual(['y', 'x']);
  });

  it('matches nothing by an empty label: permission is not given yet', () => {
    const hidden = device('', '', '');
    const { bySlot, missing } = matchCameras([record('front', device('a', '', ''))], [hidden]);
    expect(bySlot.size).toBe(0);
    expect(missing).toHaveLength(1);
  });

  it('gives no device to two names and accounts for every record and device, whatever is plugged in', () => {
    const labels = fc.constantFrom(C920, ARDUCAM, 'Laptop');
    const made = fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3', '4'), label: labels }), {
      selector: (d) => d.id,
      maxLength: 4,
    });
    fc.assert(
      fc.property(made, made, (before, after) => {
        const known = before.map((d, i) => record(`slot${i}`, device(d.id, d.label)));
        const devices = after.map((d) => device(d.id, d.label));
        const { bySlot, questions, missing, fresh } = matchCameras(known, devices);
        const asked = questions.flatMap((q) => q.slots);
        expect([...bySlot.keys(), ...asked, ...missing.map((r) => r.slot)].sort()).toEqual(known.map((r) => r.slot));
        const placed = [...bySlot.values(), ...questions.flatMap((q) => q.devices), ...fresh].map((d) => d.id);
        expect([...placed].sort()).toEqual(devices.map((d) => d.id).sort());
        for (const [slot, d] of bySlot)
          expect(makeOf(known.find((r) => r.slot === slot)?.label ?? '')).toBe(makeOf(d.label));
      }),
    );
  });
});

describe('names of cameras', () => {
  it('are letters, digits, - and _, and each is given once', () => {
    expect(nameProblem('left-wrist_2', ['front'])).toBeNull();
    for (const bad of ['', 'a b', '../up', 'ä', '-x', 'x'.repeat(33), 'a/b'])
      expect(nameProblem(bad, [])).toMatch(/Use/);
    expect(nameProblem('front', ['front'])).toMatch(/another camera/);
  });

  it('begin with what the dataset lacks', () => {
    expect(freeName(['front'], ['side', 'front'])).toBe('side');
    expect(freeName(['front', 'wrist'], [])).toBe('webcam');
    expect(freeName(['front', 'wrist', 'webcam', 'webcam-2'], ['front'])).toBe('webcam-3');
  });

  it('are refused in a record that comes from disk', () => {
    expect(cameraRecordSchema.safeParse({ ...record('front', a), slot: '../x' }).success).toBe(false);
    expect(cameraRecordSchema.parse({ ...record('front', a), locks: 'rubbish' }).locks).toEqual({});
  });
});
