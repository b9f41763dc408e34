import { PerspectiveCamera, Vector3, WebGLRenderer } from 'three';
import type { CameraOffer } from '../../src-main/core/media';
import type { Vec3 } from '../../src-main/core/pose';
import type { RobotProfile } from '../../src-main/core/profile';
import type { TaskSpec } from '../../src-main/core/task';
import type { LiveFeed } from '../state/live';
import { CAMERA_PALETTE } from '../world/palette';
import { WorldModel } from '../world/world-model';
import { type CameraSource, type Picture, pictureCanvas } from './source';

export const SIM_WIDTH = 320;
export const SIM_HEIGHT = 240;

/**
 * Where the two simulated cameras sit; policies learn these views, so changing a number here makes old image policies
 * useless. `front` is fixed (base frame, metres). `wrist` rides on the gripper beside the jaws (gripper frame, in which
 * the jaws point along -z and open along x) and sees both jaws and what is between them.
 */
export type SimView = 'front' | 'wrist';
interface View {
  readonly label: string;
  /** The link it rides on. */
  readonly on: string | null;
  readonly from: Vec3;
  readonly at: Vec3;
  readonly up: Vec3;
  /** Vertical, degrees. */
  readonly fov: number;
}
export const SIM_VIEWS: Readonly<Record<SimView, View>> = {
  front: { label: 'Front (simulated)', on: null, from: [0.58, -0.24, 0.48], at: [0.17, 0.005, 0.045], up: [0, 0, 1], fov: 37 },
  wrist: { label: 'Wrist (simulated)', on: 'gripper', from: [0.012, -0.07, 0.01], at: [0.0, 0.004, -0.11], up: [0, -1, 0], fov: 75 },
};

/** One software-friendly renderer shared by both views; draws only when somebody asks. */
export class SimStudio {
  readonly #renderer: WebGLRenderer;
  readonly #world: WorldModel;
  readonly #views: Record<SimView, PerspectiveCamera>;

  constructor(
    profile: RobotProfile,
    task: TaskSpec | null,
    readonly feed: LiveFeed,
  ) {
    const canvas = new OffscreenCanvas(SIM_WIDTH, SIM_HEIGHT);
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'low-power' });
    this.#renderer.setPixelRatio(1);
    this.#renderer.setSize(SIM_WIDTH, SIM_HEIGHT, false);
    this.#world = new WorldModel(profile, task, CAMERA_PALETTE, 14);
    this.#views = { front: this.#place('front'), wrist: this.#place('wrist') };
  }

  #place(name: SimView): PerspectiveCamera {
    const view = SIM_VIEWS[name];
    const camera = new PerspectiveCamera(view.fov, SIM_WIDTH / SIM_HEIGHT, 0.01, 4);
    const mount = (view.on && this.#world.robot.link(view.on)) || this.#world.scene;
    camera.up.set(...view.up);
    camera.position.set(...view.from);
    camera.lookAt(new Vector3(...view.at)); // still without a parent: its own frame is the mount's
    mount.add(camera);
    return camera;
  }

  /** Draws the newest tick into `context`. The number of the tick tells whether anything can have changed. */
  draw(view: SimView, context: OffscreenCanvasRenderingContext2D): { n: number; taken: number } {
    const tick = this.feed.newest;
    if (tick) this.#world.update(tick.seen, tick.objects);
    this.#renderer.render(this.#world.scene, this.#views[view]);
    context.drawImage(this.#renderer.domElement, 0, 0);
    return { n: tick?.n ?? -1, taken: tick ? this.feed.arrived : performance.now() / 1000 };
  }

  dispose(): void {
    this.#world.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }
}

export class SimCamera implements CameraSource {
  readonly offer: CameraOffer;
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  #drawn: { n: number; taken: number } | null = null;

  constructor(
    readonly view: SimView,
    readonly studio: SimStudio,
  ) {
    this.offer = { name: view, label: SIM_VIEWS[view].label, width: SIM_WIDTH, height: SIM_HEIGHT, simulated: true };
    [this.#canvas, this.#context] = pictureCanvas(SIM_WIDTH, SIM_HEIGHT);
  }

  async ready(): Promise<void> {}

  /** A tick is drawn once, however many ask for it (preview, recorder, policy). */
  grab(): Picture {
    const newest = this.studio.feed.newest?.n ?? -1;
    if (!this.#drawn || this.#drawn.n !== newest) this.#drawn = this.studio.draw(this.view, this.#context);
    return { canvas: this.#canvas, taken: this.#drawn.taken };
  }

  close(): void {}
}
