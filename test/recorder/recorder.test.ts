import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import type { Fault } from '../../src-main/core/fault';
import { EpisodeRecorder } from '../../src-main/recorder/recorder';
import { FakeCameras, tick } from './cameras';

const CAMERAS = [
  { name: 'front', width: 64, height: 48 },
  { name: 'wrist', width: 64, height: 48 },
];

function bench(patience = 5) {
  const clock = new VirtualClock();
  clock.advance(5000);
  const cameras = new FakeCameras(() => clock.now());
  const recorder = new EpisodeRecorder({ fps: 30, clock, patience });
  const faults: Fault[] = [];
  recorder.onFault((data) => faults.push(data));
  /** Ticks at 60 Hz. */
  const run = (ticks: number, between: (n: number) => void = () => undefined) => {
    for (let n = 0; n < ticks; n++) {
      recorder.onTick(tick(n, clock.now()));
      clock.advance(1 / 60);
      between(n);
    }
  };
  return { clock, cameras, recorder, faults, run };
}
const text = (data: Uint8Array) => new TextDecoder().decode(data);

describe('the recorder', () => {
  it('gives every row exactly one frame of every camera, however late and out of step the cameras answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 4, maxLength: 120 }), async (choices) => {
        const { cameras, recorder, faults, run } = bench();
        await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
        run(choices.length, (n) => {
          const choice = choices[n] as number;
          for (let i = 0; i < choice; i++) cameras.deliver(choice % 2 === 0 ? 'front' : 'wrist');
        });
        const take = await recorder.finish();
        expect(faults).toEqual([]);
        expect([take.cut, take.gaps]).toEqual([0, 0]);
        expect(take.rows.length).toBe(Math.ceil(choices.length / 2));
        for (const { name } of CAMERAS) {
          expect(take.videos[name]?.frames.map((frame) => text(frame.data))).toEqual(
            take.rows.map((_, k) => `${name} ${k}`),
          );
          expect(take.videos[name]?.frames[0]?.key).toBe(true);
        }
        expect(cameras.listeners).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps in a row what the tick saw, what was asked and what was sent', async () => {
    const { recorder, run } = bench();
    await recorder.start({ task: 'reach', cameras: [], port: null });
    run(5);
    const { rows, videos, task, success } = await recorder.finish();
    expect(rows.map((row) => [row.state[0], row.action[0], row.asked[0]])).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
    ]);
    expect([videos, task, success]).toEqual([{}, 'reach', null]);
  });

  it('stamps pictures on the clock of the ticks', async () => {
    const { clock, cameras, recorder, run } = bench();
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    const begin = clock.now();
    run(20);
    const take = await recorder.finish();
    for (const [k, frame] of (take.videos.front?.frames ?? []).entries())
      expect(frame.t).toBeCloseTo(begin + k / 30, 6);
  });

  it('keeps what all cameras have when one stalls, and says how many rows were cut', async () => {
    const { cameras, recorder, faults, run } = bench();
    cameras.stallAt.set('wrist', 12);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(40);
    const take = await recorder.finish();
    expect([take.rows.length, take.videos.front?.frames.length, take.videos.wrist?.frames.length]).toEqual([
      12, 12, 12,
    ]);
    expect(take.cut).toBe(8);
    expect(faults.map((one) => one.message)).toEqual([
      '8 of 20 rows were cut: camera wrist delivered only 12 pictures',
    ]);
  });

  it('tells at once when a camera falls far behind, and once only', async () => {
    const { cameras, recorder, faults, run } = bench();
    cameras.stallAt.set('wrist', 3);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(300);
    expect(faults.map((one) => one.message)).toEqual(['Camera front is more than 2 s behind']);
    expect(recorder.status()).toMatchObject({ rows: 150, pending: 150 });
    recorder.abort();
  });

  it('asks once to end a take whose camera hangs, and what is whole can be kept', async () => {
    const { cameras, recorder, faults, run } = bench(0.05);
    let ended = 0;
    recorder.onGaveUp(() => ended++);
    cameras.stallAt.set('wrist', 40);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(60 * 14, () => {
      cameras.deliver('front');
      cameras.deliver('wrist');
    });
    expect(ended).toBe(1);
    expect(faults.map((one) => one.message)).toEqual([
      'Camera wrist is more than 2 s behind',
      'Camera wrist is more than 8 s behind: the take was ended',
    ]);
    expect((await recorder.finish()).rows).toHaveLength(40);
  });

  it('asks to end a take when the cameras give up in its midst', async () => {
    const { cameras, recorder, run } = bench();
    let ended = 0;
    recorder.onGaveUp(() => ended++);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(60, () => {
      cameras.deliver('front');
      cameras.deliver('wrist');
    });
    cameras.say({ type: 'failed', take: 1, fault: { kind: 'no-camera', message: 'too slow', tip: 'smaller' } });
    expect(ended).toBe(1);
    expect((await recorder.finish()).rows.length).toBeGreaterThan(20);
  });

  it('keeps the prefix when the cameras fail in the middle, and reports the reason at once', async () => {
    const { cameras, recorder, faults, run } = bench();
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(20, () => CAMERAS.forEach(({ name }) => void cameras.deliver(name)));
    for (const { name } of CAMERAS) while (cameras.deliver(name));
    cameras.say({ type: 'failed', take: 1, fault: { kind: 'no-camera', message: 'unplugged', tip: 'plug it in' } });
    expect(faults.map((one) => one.message)).toEqual(['unplugged']);
    run(10);
    const take = await recorder.finish();
    expect([take.rows.length, take.cut]).toEqual([10, 5]);
    expect(cameras.heard.filter((message) => message.type === 'row').length).toBe(10);
  });

  it('waits for a dead camera process no longer than its patience, and keeps what came', async () => {
    const { cameras, recorder, run } = bench(0.05);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(20, () => CAMERAS.forEach(({ name }) => void cameras.deliver(name)));
    cameras.silent = true;
    const take = await recorder.finish();
    expect(take.rows.length).toBeGreaterThan(0);
    expect(take.videos.wrist?.frames.length).toBe(take.rows.length);
  });

  it('refuses a take without a picture, an empty take, a second take and cameras that do not answer', async () => {
    const { cameras, recorder, run } = bench(0.05);
    cameras.stallAt.set('front', 0);
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    await expect(recorder.start({ task: 'reach', cameras: [], port: null })).rejects.toMatchObject({ kind: 'busy' });
    run(10);
    await expect(recorder.finish()).rejects.toMatchObject({ kind: 'no-camera' });
    await recorder.start({ task: 'reach', cameras: [], port: null });
    await expect(recorder.finish()).rejects.toMatchObject({ kind: 'bad-input' });
    cameras.silent = true;
    await expect(recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras })).rejects.toMatchObject({
      kind: 'no-camera',
    });
    expect(cameras.listeners).toBe(0);
    expect(recorder.status().rows).toBe(0);
  });

  it('ignores what is left of an aborted take', async () => {
    const { cameras, recorder, run } = bench();
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    run(10);
    const late = [...(cameras.wire.get('front') ?? [])];
    recorder.abort();
    expect(cameras.heard.at(-1)).toEqual({ type: 'abort', take: 1 });
    await recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    for (const message of late) cameras.say(message);
    run(4);
    const take = await recorder.finish();
    expect(take.videos.front?.frames.length).toBe(2);
  });

  it('rejects a start that is aborted while cameras get ready', async () => {
    const { cameras, recorder } = bench();
    cameras.silent = true;
    const start = recorder.start({ task: 'reach', cameras: CAMERAS, port: cameras });
    recorder.abort();
    await expect(start).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
