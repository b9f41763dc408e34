import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fault } from '../../src-main/core/fault';
import type { CameraOffer, FromCameras } from '../../src-main/core/media';
import { parseFromCameras } from '../../src-main/core/media';
import { type Camera, CameraSession, type EncoderOutput } from '../../src-renderer/camera/session';

/** A camera whose picture is a number, and an encoder that answers late, as real ones do. */
class CountingCamera implements Camera<number> {
  count = 0;
  gone = false;
  isReady: Promise<void> = Promise.resolve();
  ready() {
    return this.isReady;
  }
  grab() {
    if (this.gone) throw fault('no-camera', 'The camera went away', 'Plug it in.');
    this.count++;
    return { picture: this.count, taken: this.count / 10 };
  }
}

class LateEncoder {
  readonly queue: { k: number; picture: number }[] = [];
  closed = false;
  /** Takes in and gives nothing out. */
  stuck = false;
  waiting = () => this.queue.length;
  constructor(readonly out: EncoderOutput) {}
  encode(picture: number, k: number) {
    this.queue.push({ picture, k });
    if (!this.stuck && this.queue.length > 2) this.emit(1);
  }
  emit(n: number) {
    for (const { k, picture } of this.queue.splice(0, n)) {
      if (k % 10 === 0) this.out.config('avc1.42001f', new Uint8Array([1, 2]));
      this.out.packet(k, k % 10 === 0, new Uint8Array([picture]));
    }
  }
  async flush() {
    this.emit(this.queue.length);
  }
  close() {
    this.closed = true;
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const spec = (name: string) => ({ name, width: 4, height: 2 });
const offer: CameraOffer = { name: 'front', label: 'Front', width: 4, height: 2, simulated: true };

let cameras: Map<string, CountingCamera>;
let encoders: LateEncoder[];
let posted: FromCameras[];
let offerListeners: ((offers: readonly CameraOffer[]) => void)[];
let session: CameraSession<number>;
const of = <T extends FromCameras['type']>(type: T) =>
  posted.filter((m): m is Extract<FromCameras, { type: T }> => m.type === type);

beforeEach(() => {
  cameras = new Map([
    ['front', new CountingCamera()],
    ['wrist', new CountingCamera()],
  ]);
  encoders = [];
  posted = [];
  offerListeners = [];
  session = new CameraSession<number>({
    now: () => 42,
    camera: (name) => cameras.get(name),
    offers: () => [offer],
    onOffers: (listener) => {
      offerListeners.push(listener);
      return () => offerListeners.splice(offerListeners.indexOf(listener), 1);
    },
    makeEncoder: (_spec, _fps, out) => {
      const made = new LateEncoder(out);
      encoders.push(made);
      return made;
    },
    toRgb: (picture, { width, height }) => new Uint8Array(width * height * 3).fill(picture),
    post: (message) => posted.push(parseFromCameras(message)),
  });
});

const record = async (take = 1, names = ['front', 'wrist']) => {
  session.handle({ type: 'record', take, cameras: names.map(spec), fps: 30 });
  await settle();
};
const rows = (take: number, from: number, to: number) => {
  for (let k = from; k < to; k++) session.handle({ type: 'row', take, k });
};

describe('camera session', () => {
  it('offers its cameras at once and whenever they change', () => {
    expect(of('cameras')[0]?.cameras).toEqual([offer]);
    offerListeners[0]?.([]);
    expect(of('cameras')[1]?.cameras).toEqual([]);
  });

  it('answers the clock at once, so that both sides can join their clocks', () => {
    session.handle({ type: 'clock', main: 7 });
    expect(of('clock')).toEqual([{ type: 'clock', main: 7, renderer: 42 }]);
  });

  it('gives exactly one frame per row and camera, in order, the first a key frame after its configuration', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (n) => {
        posted.length = 0;
        await record(n);
        expect(of('ready')).toEqual([{ type: 'ready', take: n }]);
        rows(n, 0, n);
        session.handle({ type: 'finish', take: n });
        await settle();
        for (const camera of ['front', 'wrist']) {
          const frames = of('frame').filter((f) => f.camera === camera);
          expect(frames.map((f) => f.k)).toEqual(Array.from({ length: n }, (_, k) => k));
          expect(frames[0]?.key).toBe(true);
          const config = posted.findIndex((m) => m.type === 'config' && m.camera === camera);
          expect(config).toBeGreaterThanOrEqual(0);
          expect(config).toBeLessThan(posted.findIndex((m) => m.type === 'frame' && m.camera === camera));
        }
        expect(posted.at(-1)).toEqual({ type: 'flushed', take: n });
        expect(of('failed')).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('stamps a frame with the time its picture was taken, however late the packet comes', async () => {
    await record(1, ['front']);
    rows(1, 0, 3);
    session.handle({ type: 'finish', take: 1 });
    await settle();
    expect(of('frame').map((f) => [f.data[0], f.taken])).toEqual([
      [1, 0.1],
      [2, 0.2],
      [3, 0.3],
    ]);
  });

  it('does not record when a wanted camera is missing, and says which', async () => {
    await record(3, ['front', 'webcam']);
    expect(of('ready')).toEqual([]);
    expect(of('failed')[0]).toMatchObject({
      take: 3,
      fault: { kind: 'no-camera', message: expect.stringContaining('webcam') },
    });
    expect(encoders.every((e) => e.closed)).toBe(true);
  });

  it('fails the take when a camera goes away in the middle, and makes up no frames', async () => {
    await record(1);
    rows(1, 0, 4);
    (cameras.get('wrist') as CountingCamera).gone = true;
    rows(1, 4, 8);
    await settle();
    expect(of('failed')).toHaveLength(1);
    expect(of('failed')[0]?.fault.kind).toBe('no-camera');
    // What was taken before is whole, in every camera: it can still be kept.
    for (const name of ['front', 'wrist'])
      expect(
        of('frame')
          .filter((f) => f.camera === name)
          .map((f) => f.k),
      ).toEqual([0, 1, 2, 3]);
    expect(posted.at(-1)?.type).toBe('failed');
    session.handle({ type: 'finish', take: 1 });
    await settle();
    expect(of('flushed')).toEqual([]);
  });

  it('ends the take with all that is whole when an encoder cannot keep up', async () => {
    await record(1);
    const slow = encoders[1] as LateEncoder;
    slow.stuck = true;
    rows(1, 0, 200);
    await settle();
    expect(of('failed')).toHaveLength(1);
    expect(of('failed')[0]?.fault.message).toContain('wrist');
    const ended = 4 * 30 + 1; // seconds of queue × fps, and the row that was too much
    for (const name of ['front', 'wrist'])
      expect(
        of('frame')
          .filter((f) => f.camera === name)
          .map((f) => f.k),
      ).toEqual([...Array(ended).keys()]);
    session.handle({ type: 'finish', take: 1 });
    await settle();
    expect(of('flushed')).toEqual([]);
  });

  it('fails the take when the encoder swallows a frame', async () => {
    await record(1, ['front']);
    rows(1, 0, 2);
    encoders[0]?.queue.splice(1, 1);
    session.handle({ type: 'finish', take: 1 });
    await settle();
    expect(of('flushed')).toEqual([]);
    expect(of('failed')[0]?.fault.message).toContain('1 frames for 2 rows');
  });

  it('fails the take when a row is skipped', async () => {
    await record(1, ['front']);
    rows(1, 0, 2);
    session.handle({ type: 'row', take: 1, k: 3 });
    expect(of('failed')).toHaveLength(1);
  });

  it('lets nothing of an aborted take through', async () => {
    await record(1, ['front']);
    rows(1, 0, 3);
    const before = of('frame').length;
    session.handle({ type: 'abort', take: 1 });
    encoders[0]?.emit(9);
    rows(1, 3, 6);
    expect(of('frame')).toHaveLength(before);
    expect(encoders[0]?.closed).toBe(true);
  });

  it('forgets a take that is aborted while its camera warms up', async () => {
    let warm = () => {};
    (cameras.get('front') as CountingCamera).isReady = new Promise<void>((resolve) => {
      warm = resolve;
    });
    session.handle({ type: 'record', take: 1, cameras: [spec('front')], fps: 30 });
    session.handle({ type: 'abort', take: 1 });
    warm();
    await settle();
    expect(of('ready')).toEqual([]);
    expect(encoders).toEqual([]);
  });

  it('ignores rows of another take', async () => {
    await record(2, ['front']);
    rows(1, 0, 5);
    session.handle({ type: 'finish', take: 2 });
    await settle();
    expect(of('frame')).toEqual([]);
    expect(of('flushed')).toEqual([{ type: 'flushed', take: 2 }]);
  });

  it('shows a policy all wanted cameras at the wanted size, or none', () => {
    session.handle({ type: 'look', id: 5, cameras: [spec('front'), spec('wrist')] });
    session.handle({ type: 'look', id: 6, cameras: [spec('front'), spec('webcam')] });
    expect(of('look')[0]?.images.map((i) => [i.camera, i.data.length])).toEqual([
      ['front', 24],
      ['wrist', 24],
    ]);
    expect(of('look')[1]).toEqual({ type: 'look', id: 6, images: [] });
  });

  it('stops offering once it is closed', () => {
    session.close();
    expect(offerListeners).toEqual([]);
  });
});
