import { describe, expect, it } from 'vitest';
import type { CameraOffer } from '../../src-main/core/media';
import { CameraSet } from '../../src-renderer/camera/camera-set';
import { datasetNotices, healthNotices, type Seen, swapNotice } from '../../src-renderer/camera/conditions';
import type { Match } from '../../src-renderer/camera/identity';
import { type Notice, NoticeBoard } from '../../src-renderer/camera/notice-board';
import type { CameraSource } from '../../src-renderer/camera/source';
import { FrameClock } from '../../src-renderer/camera/track-frames';

const notice = (key: string): Notice => ({ key, level: 'warning', message: key, tip: '' });
const keys = (notices: readonly Notice[]) => notices.map((n) => n.key);

describe('notices', () => {
  it('wait until a condition lasts, and are told once however long it does', () => {
    const board = new NoticeBoard();
    expect(board.update([notice('slow')], 0)).toEqual([]);
    expect(board.update([notice('slow')], 1)).toEqual([]);
    for (let t = 2; t < 100; t++) expect(keys(board.update([notice('slow')], t))).toEqual(['slow']);
  });

  it('do not flicker with a condition that comes and goes', () => {
    const board = new NoticeBoard();
    const shown = Array.from({ length: 30 }, (_, t) => board.update(t % 2 === 0 ? [notice('slow')] : [], t).length);
    const changes = shown.filter((n, i) => i > 0 && n !== shown[i - 1]).length;
    expect(changes).toBe(1);
  });

  it('go when the condition has ended for a while', () => {
    const board = new NoticeBoard();
    for (let t = 0; t < 5; t++) board.update([notice('slow')], t);
    expect(board.update([], 6)).toHaveLength(1);
    expect(board.update([], 9)).toHaveLength(0);
  });

  it('stay away once a person put them away, also when the condition returns soon', () => {
    const board = new NoticeBoard();
    for (let t = 0; t < 5; t++) board.update([notice('slow')], t);
    expect(board.hide('slow', 5)).toEqual([]);
    for (let t = 5; t < 20; t++) expect(board.update([notice('slow')], t)).toEqual([]);
    for (let t = 20; t < 40; t++) board.update([], t);
    for (let t = 40; t < 60; t++) expect(board.update([notice('slow')], t)).toEqual([]);
    for (let t = 60; t < 300; t++) board.update([], t);
    for (let t = 300; t < 305; t++) board.update([notice('slow')], t);
    expect(keys(board.update([notice('slow')], 305))).toEqual(['slow']);
  });
});

describe('what is said of a camera', () => {
  const seen = (slot: string, change: Partial<Seen> = {}): Seen => ({
    slot,
    width: 640,
    height: 480,
    fps: 30,
    measured: 30,
    life: 'live',
    ...change,
  });

  it('is nothing while it lives', () => expect(healthNotices([seen('front')], true)).toEqual([]));

  it('is a warning when it freezes while the arm moves, and a hint while nothing happens', () => {
    const frozen = [seen('wrist', { life: 'frozen' })];
    expect(healthNotices(frozen, true)[0]).toMatchObject({ level: 'warning', key: 'frozen:wrist' });
    expect(healthNotices(frozen, false)[0]?.level).toBe('hint');
  });

  it('is that it stopped, and not also that it is slow', () => {
    const notices = healthNotices([seen('front'), seen('wrist', { life: 'stalled', measured: 0 })], true);
    expect(keys(notices)).toEqual(['stalled:wrist']);
  });

  it('is one line for the whole bus', () => {
    expect(keys(healthNotices([seen('front'), seen('wrist', { measured: 12 })], false))).toEqual(['bus:short']);
    expect(healthNotices([seen('front'), seen('wrist')], false)[0]).toMatchObject({ key: 'bus:tight', level: 'hint' });
  });
});

describe('a dataset’s cameras', () => {
  const none: Match = { bySlot: new Map(), questions: [], missing: [], fresh: [] };
  const did: string[] = [];
  const run = {
    rename: (from: string, to: string) => did.push(`${from}→${to}`),
    switchOn: (id: string, as: string) => did.push(`${id} on as ${as}`),
    record: (names: readonly string[]) => did.push(`record ${names.join()}`),
    ask: () => did.push('ask'),
  };
  const say = (change: Partial<Parameters<typeof datasetNotices>[0]>) =>
    datasetNotices({ wanted: ['front', 'wrist'], offered: [], chosen: [], webcams: [], match: none, ...change }, run);
  const last = () => did[did.length - 1];

  it('are not mentioned when they are all there and chosen, or when no dataset is open', () => {
    expect(say({ offered: ['front', 'wrist'], chosen: ['wrist', 'front'] })).toEqual([]);
    expect(say({ wanted: null, offered: ['x'], chosen: ['x'] })).toEqual([]);
  });

  it('that are missing are named with the camera to plug in', () => {
    const gone = {
      slot: 'wrist',
      deviceId: 'w',
      groupId: '',
      label: 'Arducam (0c45:6366)',
      on: true,
      width: 640,
      height: 480,
      fps: 30,
      locks: {},
    };
    const [first] = say({ offered: ['front'], chosen: ['front'], match: { ...none, missing: [gone] } });
    expect(first?.message).toContain('“wrist”');
    expect(first?.tip).toContain('Arducam (0c45:6366)');
  });

  it('that are missing may be replaced with one click by what is there', () => {
    const device = { id: 'new', group: '', label: 'Other' };
    const [first] = say({
      offered: ['front', 'webcam'],
      chosen: ['front'],
      webcams: ['front', 'webcam'],
      match: { ...none, fresh: [device] },
    });
    expect(first?.actions?.map((a) => a.label)).toEqual(['Use “webcam” as “wrist”', 'Use Other']);
    first?.actions?.[0]?.run();
    expect(last()).toBe('webcam→wrist');
    first?.actions?.[1]?.run();
    expect(last()).toBe('new on as wrist');
  });

  it('that are only switched off are switched on', () => {
    const bySlot = new Map([['wrist', { id: 'w', group: '', label: 'Arducam' }]]);
    const [first] = say({ offered: ['front'], chosen: ['front'], match: { ...none, bySlot } });
    expect(first?.tip).toContain('switched off');
    first?.actions?.[0]?.run();
    expect(last()).toBe('w on as wrist');
  });

  it('leave out a camera that the dataset does not have, with one click', () => {
    const notices = say({ offered: ['front', 'wrist', 'side'], chosen: ['front', 'wrist', 'side'] });
    expect(keys(notices)).toEqual(['other-cameras']);
    expect(notices[0]?.message).toContain('“side” is not in this dataset');
    notices[0]?.actions?.[0]?.run();
    expect(last()).toBe('record front,wrist');
  });

  it('are asked for, not called missing, while twins cannot be told apart', () => {
    const twins = [
      { id: 'x', group: '', label: 'C920' },
      { id: 'y', group: '', label: 'C920' },
    ];
    const notices = say({ match: { ...none, questions: [{ slots: ['front', 'wrist'], devices: twins }] } });
    expect(keys(notices)).toEqual(['ask:front,wrist']);
  });

  it('that look swapped are swapped with one click', () => {
    let swapped = 0;
    const moved = new Map([
      ['front', 'wrist'],
      ['wrist', 'front'],
    ]);
    const said = swapNotice(
      moved,
      () => swapped++,
      () => {},
    );
    expect(said.message).toContain('“front” and “wrist” look swapped');
    said.actions?.[0]?.run();
    expect(swapped).toBe(1);
  });
});

class FakeSource implements CameraSource {
  closed = false;
  constructor(public offer: CameraOffer) {}
  ready = async () => {};
  grab(): never {
    throw new Error('no picture');
  }
  rename(name: string) {
    this.offer = { ...this.offer, name };
  }
  close() {
    this.closed = true;
  }
}
const source = (name: string, simulated = false) =>
  new FakeSource({ name, label: name, width: 4, height: 2, simulated });

describe('the set of cameras', () => {
  it('lets a simulated camera go before a webcam of its name, and gives the name back after', () => {
    const set = new CameraSet();
    const real = source('front');
    set.add(real);
    set.add(source('front', true));
    expect(set.offers().map((o) => o.simulated)).toEqual([true]);
    expect(set.hidden('front')).toBe(true);
    set.remove('front', true);
    expect(set.get('front')).toBe(real);
    expect(real.closed).toBe(false);
  });

  it('lets two cameras change names at once, without closing either', () => {
    const set = new CameraSet();
    const [a, b] = [source('front'), source('wrist')];
    set.add(a);
    set.add(b);
    set.rename(
      new Map([
        ['front', 'wrist'],
        ['wrist', 'front'],
      ]),
    );
    expect([set.get('front'), set.get('wrist')]).toEqual([b, a]);
    expect([a.closed, b.closed]).toEqual([false, false]);
    expect(
      set
        .offers()
        .map((o) => o.name)
        .sort(),
    ).toEqual(['front', 'wrist']);
  });

  it('closes the camera that another one of the same name replaces', () => {
    const set = new CameraSet();
    const old = source('front');
    set.add(old);
    set.add(source('front'));
    expect(old.closed).toBe(true);
  });
});

describe('when a frame was taken', () => {
  it('is exact to the least delay, however late single frames come', () => {
    const clock = new FrameClock();
    const epoch = 1234.5;
    const least = 0.002;
    let worst = 0;
    for (let k = 0; k < 600; k++) {
      const truth = epoch + k / 30;
      const delay = least + (k % 7 === 3 ? 0 : ((k * 37) % 23) / 1000);
      const taken = clock.taken(k / 30, truth + delay);
      if (k > 10) worst = Math.max(worst, Math.abs(taken - truth - least));
    }
    expect(worst).toBeLessThan(1e-9);
  });
});
