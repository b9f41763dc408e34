import type { FromCameras, ToCameras } from '../../src-main/core/media';
import type { Tick } from '../../src-main/core/types';
import type { CameraPort } from '../../src-main/recorder/recorder';

/** Cameras on the far side of a wire that the test holds: what they say waits in `wire` until the test lets it through. */
export class FakeCameras implements CameraPort {
  readonly heard: ToCameras[] = [];
  /** By camera: answers not yet delivered, in the order in which its encoder made them. */
  readonly wire = new Map<string, FromCameras[]>();
  readonly #listeners = new Set<(message: FromCameras) => void>();
  /** Frames after this number are never made. */
  stallAt = new Map<string, number>();
  silent = false;
  /** The renderer's clock is this far behind main's. */
  skew = 1000;
  names: readonly string[] = [];

  constructor(private readonly now: () => number) {}

  send(message: ToCameras): void {
    this.heard.push(message);
    if (this.silent) return;
    if (message.type === 'clock') this.say({ type: 'clock', main: message.main, renderer: this.now() - this.skew });
    if (message.type === 'record') {
      this.names = message.cameras.map((camera) => camera.name);
      for (const name of this.names) this.wire.set(name, []);
      queueMicrotask(() => this.say({ type: 'ready', take: message.take }));
    }
    if (message.type === 'row') for (const name of this.names) this.#grab(name, message.take, message.k);
    if (message.type === 'finish') {
      queueMicrotask(() => {
        for (const name of this.names) while (this.deliver(name));
        this.say({ type: 'flushed', take: message.take });
      });
    }
  }

  onMessage(listener: (message: FromCameras) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  say(message: FromCameras): void {
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** Lets one answer of a camera through. */
  deliver(name: string): boolean {
    const message = this.wire.get(name)?.shift();
    if (message) this.say(message);
    return message !== undefined;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #grab(camera: string, take: number, k: number): void {
    if (k >= (this.stallAt.get(camera) ?? Infinity)) return;
    const wire = this.wire.get(camera);
    const description = new Uint8Array([1, 66, 0, 31, 255, 225, 0]);
    if (k === 0) wire?.push({ type: 'config', take, camera, codec: 'avc1.42001f', description, width: 64, height: 48 });
    const data = new TextEncoder().encode(`${camera} ${k}`);
    wire?.push({ type: 'frame', take, camera, k, key: k % 30 === 0, data, taken: this.now() - this.skew });
  }
}

export const tick = (n: number, t: number): Tick => ({
  n,
  t,
  seen: [n, 0],
  environment: [],
  asked: [n + 2, 0],
  sent: [n + 1, 0],
  pilot: 'person',
  intervention: false,
  clamped: [],
  bill: { read: 0, pilot: 0, write: 0, late: 0 },
});
