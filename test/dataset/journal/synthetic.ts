import type { DatasetSpec, EncodedVideo } from '../../../src-main/core/episode';
import type { FromCameras, ToCameras } from '../../../src-main/core/media';
import type { Tick } from '../../../src-main/core/types';
import type { CameraPort } from '../../../src-main/recorder/recorder';

/** What is recorded into in the tests and benches of the journal: two cameras, real H.264. */
export const SIZE = { width: 64, height: 48 };
export const FPS = 30;
export const CAMERAS = [
  { name: 'front', ...SIZE },
  { name: 'wrist', ...SIZE },
];
export const JOURNAL_SPEC: DatasetSpec = {
  robot: 'so101-sim',
  joints: [
    { name: 'shoulder_pan', unit: 'rad' },
    { name: 'gripper', unit: 'ratio' },
  ],
  environment: ['cube.x'],
  fps: FPS,
  cameras: CAMERAS,
};

/** Cameras whose frame k is frame k of a clip, over and over (the clip begins with a key frame), some time after it was asked for. */
export class SyntheticCameras implements CameraPort {
  readonly #listeners = new Set<(message: FromCameras) => void>();
  #due: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clip: EncodedVideo,
    private readonly now: () => number,
    /** Milliseconds until a frame comes back. */
    private readonly delay: () => number,
  ) {}

  send(message: ToCameras): void {
    if (message.type === 'clock') this.#say({ type: 'clock', main: message.main, renderer: this.now() - 1000 });
    if (message.type === 'record') {
      const { codec, width, height } = this.clip;
      const description = new Uint8Array(this.clip.description);
      for (const { name: camera } of CAMERAS)
        this.#say({ type: 'config', take: message.take, camera, codec, description, width, height });
      queueMicrotask(() => this.#say({ type: 'ready', take: message.take }));
    }
    if (message.type === 'row') for (const { name } of CAMERAS) this.#frame(name, message.take, message.k);
    if (message.type === 'finish') this.#due = this.#due.then(() => this.#say({ type: 'flushed', take: message.take }));
  }

  onMessage(listener: (message: FromCameras) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #frame(camera: string, take: number, k: number): void {
    const { key, data: bytes } = this.clip.frames[k % this.clip.frames.length] as EncodedVideo['frames'][number];
    const data = new Uint8Array(bytes);
    const taken = this.now() - 1000;
    const came = new Promise((done) => setTimeout(done, this.delay()));
    this.#due = this.#due.then(() => came).then(() => this.#say({ type: 'frame', take, camera, k, key, data, taken }));
  }

  #say(message: FromCameras): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}

/** Tick n of a loop; the clamp has something to say now and then. */
export const syntheticTick = (n: number, t: number): Tick => ({
  n,
  t,
  seen: [Math.sin(n / 50), 0.5],
  environment: [n / 1000],
  asked: [Math.sin(n / 50) + 0.02, 0.4],
  sent: [Math.sin(n / 50) + 0.01, 0.4],
  pilot: 'person',
  intervention: false,
  clamped: n % 40 === 0 ? [{ rule: 'speed', joint: 0 }] : [],
  bill: { read: 0, pilot: 0, write: 0, late: 0 },
});
