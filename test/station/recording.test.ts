import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import type { Dataset, EpisodeDraft, EpisodeInfo } from '../../src-main/core/episode';
import { fault } from '../../src-main/core/fault';
import type { CameraOffer } from '../../src-main/core/media';
import type { Tick } from '../../src-main/core/types';
import { EpisodeRecorder } from '../../src-main/recorder/recorder';
import { Recording } from '../../src-main/station/recording';

const FRONT: CameraOffer = { name: 'front', label: 'Front', width: 320, height: 240, simulated: true };

function workplace(options: { offers?: CameraOffer[]; refuse?: () => Error | null } = {}) {
  const clock = new VirtualClock();
  const added: EpisodeDraft[] = [];
  const failures: unknown[] = [];
  const dataset = {
    add: async (draft: EpisodeDraft): Promise<EpisodeInfo> => {
      const error = options.refuse?.();
      if (error) throw error;
      added.push(draft);
      return {
        index: added.length - 1,
        task: draft.task,
        success: draft.success,
        length: draft.rows.length,
        duration: 1,
        pilots: [],
        interventions: 0,
        cameras: [],
      };
    },
  } as Partial<Dataset> as Dataset;
  const recording = new Recording({
    clock,
    recorder: new EpisodeRecorder({ fps: 30, clock }),
    cameraPort: { send: () => {}, onMessage: () => () => {} },
    offers: () => options.offers ?? [],
    dataset: async () => dataset,
    suggestedSuccess: () => true,
    changed: () => {},
    failed: (error) => failures.push(error),
  });
  recording.configure({ task: 'push the cube', countdown: 0 });
  let n = 0;
  const ticks = (count: number) => {
    for (let i = 0; i < count; i++) {
      clock.advance(1 / 60);
      recording.onTick(tick(n++, clock.now()));
    }
  };
  return { clock, recording, added, failures, ticks };
}

const tick = (n: number, t: number): Tick => ({
  n,
  t,
  seen: [n],
  environment: [],
  asked: [n],
  sent: [n],
  pilot: 'person',
  intervention: false,
  clamped: [],
  bill: { read: 0, pilot: 0, write: 0, late: 0 },
});

describe('recording a take', () => {
  it('records at 30 rows a second, reviews, and keeps with the label that was given', async () => {
    const { recording, added, ticks } = workplace();
    await recording.start();
    ticks(60);
    await recording.finish();
    expect(recording.state()).toMatchObject({ phase: 'review', rows: 30, suggestedSuccess: true });
    await recording.keep({ success: false, task: 'push it far' });
    expect(added).toMatchObject([{ task: 'push it far', success: false }]);
    expect(recording.phase).toBe('idle');
  });

  it('takes the simulator’s verdict when nobody gave one, and the button’s when somebody did', async () => {
    const { recording, added, ticks } = workplace();
    for (const press of [null, false]) {
      await recording.start();
      ticks(10);
      await recording.finish();
      if (press !== null) recording.mark(press);
      await recording.keep({});
    }
    expect(added.map((draft) => draft.success)).toEqual([true, false]);
  });

  it('counts down on its own clock before the first row', async () => {
    const { recording, ticks } = workplace();
    recording.configure({ countdown: 2 });
    await recording.start();
    ticks(60);
    expect(recording.state()).toMatchObject({ phase: 'countdown', rows: 0 });
    expect(recording.state().seconds).toBeCloseTo(1, 1);
    ticks(61);
    await Promise.resolve();
    ticks(20);
    expect(recording.state()).toMatchObject({ phase: 'recording' });
    expect(recording.state().rows).toBeGreaterThan(5);
  });

  it('keeps the take in review when the disk refuses it, and saves the same rows afterwards', async () => {
    let full = true;
    const { recording, added, ticks } = workplace({
      refuse: () => (full ? fault('disk-full', 'full', 'free some') : null),
    });
    await recording.start();
    ticks(30);
    await recording.finish();
    await expect(recording.keep({ success: true })).rejects.toMatchObject({ kind: 'disk-full' });
    expect(recording.state()).toMatchObject({ phase: 'review', rows: 15 });
    full = false;
    await recording.keep({ success: true });
    expect(added[0]?.rows).toHaveLength(15);
  });

  it('discards and redoes only what is open', async () => {
    const { recording, added, ticks } = workplace();
    await recording.start();
    ticks(10);
    await recording.redo();
    expect(recording.state()).toMatchObject({ phase: 'recording', rows: 0 });
    ticks(20);
    await recording.finish();
    await recording.discard();
    expect(recording.phase).toBe('idle');
    expect(added).toEqual([]);
    await expect(recording.keep({})).rejects.toMatchObject({ kind: 'busy' });
  });

  it('names a chosen camera that is not there, before anything begins', async () => {
    const { recording } = workplace({ offers: [FRONT] });
    recording.configure({ cameras: ['front', 'webcam'] });
    await expect(recording.start()).rejects.toMatchObject({
      kind: 'no-camera',
      message: expect.stringContaining('webcam'),
    });
    expect(recording.phase).toBe('idle');
  });
});
