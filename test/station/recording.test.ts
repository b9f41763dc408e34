import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import { Emitter } from '../../src-main/core/emitter';
import type { EpisodeDraft } from '../../src-main/core/episode';
import { type Fault, fault } from '../../src-main/core/fault';
import type { CameraOffer } from '../../src-main/core/media';
import type { TakeLog } from '../../src-main/core/take-log';
import type { Tick } from '../../src-main/core/types';
import { EpisodeRecorder } from '../../src-main/recorder/recorder';
import { Recording } from '../../src-main/station/recording';

const FRONT: CameraOffer = { name: 'front', label: 'Front', width: 320, height: 240, simulated: true };

function workplace(options: { offers?: CameraOffer[]; refuse?: () => Error | null } = {}) {
  const clock = new VirtualClock();
  const added: EpisodeDraft[] = [];
  const failures: unknown[] = [];
  const logs: FakeLog[] = [];
  const recording = new Recording({
    clock,
    recorder: new EpisodeRecorder({ fps: 30, clock }),
    cameraPort: { send: () => {}, onMessage: () => () => {} },
    offers: () => options.offers ?? [],
    place: async () => ({
      begin: async () => {
        const log = new FakeLog(added, () => options.refuse?.() ?? null);
        logs.push(log);
        return log;
      },
    }),
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
  return { clock, recording, added, failures, logs, ticks };
}

/** A log that keeps in memory, and refuses or breaks when told to. */
class FakeLog implements TakeLog {
  readonly id = 'take';
  rows = 0;
  discarded = false;
  readonly #faults = new Emitter<{ fault: Fault; ended: boolean }>();
  constructor(
    private readonly kept: EpisodeDraft[],
    private readonly refuse: () => Error | null,
  ) {}
  get bytes(): number {
    return this.rows * 1000;
  }
  onFault(listener: (told: { fault: Fault; ended: boolean }) => void) {
    return this.#faults.on(listener);
  }
  break(data: Fault): void {
    this.#faults.emit({ fault: data, ended: true });
  }
  configure(): void {}
  row(): void {
    this.rows++;
  }
  frame(): void {}
  async keep(take: EpisodeDraft): Promise<void> {
    const error = this.refuse();
    if (error) throw error;
    this.kept.push(take);
  }
  async discard(): Promise<void> {
    this.discarded = true;
  }
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
    await recording.keep({ success: false, task: 'push it far', tags: ['slow'] });
    expect(added).toMatchObject([{ task: 'push it far', success: false, tags: ['slow'] }]);
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

  it('logs every row as it is recorded', async () => {
    const { recording, logs, ticks } = workplace();
    await recording.start();
    ticks(20);
    expect(logs[0]?.rows).toBe(10);
    expect(recording.load?.bytes).toBe(10_000);
  });

  it('ends the take when its log cannot be written any more, says so once, and keeps what was recorded', async () => {
    const { recording, logs, failures, added, ticks } = workplace();
    await recording.start();
    ticks(20);
    logs[0]?.break({ kind: 'disk-full', message: 'The disk is full', tip: 'Free some space.' });
    await expect.poll(() => recording.phase).toBe('review');
    expect(failures).toMatchObject([{ kind: 'disk-full', message: 'The take was ended: The disk is full' }]);
    await recording.keep({ success: true });
    expect(added[0]?.rows).toHaveLength(10);
  });

  it('leaves no log behind when a take is cancelled, discarded, empty or cannot begin', async () => {
    const { recording, logs, ticks } = workplace();
    recording.configure({ countdown: 2 });
    await recording.start();
    await recording.finish();
    recording.configure({ countdown: 0 });
    await recording.start();
    await expect(recording.finish()).rejects.toMatchObject({ kind: 'bad-input' });
    await recording.start();
    ticks(10);
    await recording.discard();
    expect(logs.map((log) => log.discarded)).toEqual([true, true, true]);
    const noCamera = workplace({ offers: [FRONT] });
    const start = noCamera.recording.start();
    await expect.poll(() => noCamera.recording.phase).toBe('recording');
    await noCamera.recording.discard();
    await expect(start).rejects.toMatchObject({ kind: 'cancelled' });
    expect(noCamera.logs.map((log) => log.discarded)).toEqual([true]);
  });

  it('begins one take when it is asked twice at once', async () => {
    const { recording, logs } = workplace();
    const [first, second] = await Promise.allSettled([recording.start(), recording.start()]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect(logs).toHaveLength(1);
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
