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
const VIEW_NAMES = ['front', 'wrist'] as const;
export type SimView = (typeof VIEW_NAMES)[number];
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
  front: {
    label: 'Front (simulated)',
    on: null,
    from: [0.58, -0.24, 0.48],
    at: [0.17, 0.005, 0.045],
    up: [0, 0, 1],
    fov: 37,
  },
  wrist: {
    label: 'Wrist (simulated)',
    on: 'gripper',
    from: [0.012, -0.07, 0.01],
    at: [0.0, 0.004, -0.11],
    up: [0, -1, 0],
    fov: 75,
  },
};

/**
 * One software-friendly renderer for both views, which are drawn side by side: bringing pixels back from the graphics
 * side costs more than drawing them, so it happens once a tick, and only when somebody asks.
 */
export class SimStudio {
  readonly #renderer: WebGLRenderer;
  readonly #world: WorldModel;
  readonly #views: readonly PerspectiveCamera[];
  readonly #sheet: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  #drawnMove: number | null = null;

  constructor(
    profile: RobotProfile,
    task: TaskSpec | null,
    readonly feed: LiveFeed,
  ) {
    const width = SIM_WIDTH * VIEW_NAMES.length;
    [this.#sheet, this.#context] = pictureCanvas(width, SIM_HEIGHT);
    const canvas = new OffscreenCanvas(width, SIM_HEIGHT);
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'low-power' });
    this.#renderer.setPixelRatio(1);
    this.#renderer.setSize(width, SIM_HEIGHT, false);
    this.#renderer.setScissorTest(true);
    this.#world = new WorldModel(profile, task, CAMERA_PALETTE, 14);
    this.#views = VIEW_NAMES.map((name) => this.#place(SIM_VIEWS[name]));
  }

  #place(view: View): PerspectiveCamera {
    const camera = new PerspectiveCamera(view.fov, SIM_WIDTH / SIM_HEIGHT, 0.01, 4);
    camera.up.set(...view.up);
    camera.position.set(...view.from);
    camera.lookAt(new Vector3(...view.at)); // still without a parent: its own frame is the mount's
    const mount = (view.on && this.#world.robot.link(view.on)) || this.#world.scene;
    mount.add(camera);
    return camera;
  }

  get version(): number {
    return this.#drawnMove ?? -1;
  }

  /** Copies the newest tick's view into `context`; says when that tick came. */
  draw(view: SimView, context: OffscreenCanvasRenderingContext2D): number {
    // While nothing moves, the last picture is a picture of now.
    if (this.#drawnMove !== this.feed.moves) this.#drawSheet();
    context.drawImage(this.#sheet, -SIM_WIDTH * VIEW_NAMES.indexOf(view), 0);
    return this.feed.newest ? this.feed.arrived : performance.now() / 1000;
  }

  #drawSheet(): void {
    const tick = this.feed.newest;
    if (tick) this.#world.update(tick.seen, tick.objects);
    this.#views.forEach((camera, i) => {
      this.#renderer.setViewport(i * SIM_WIDTH, 0, SIM_WIDTH, SIM_HEIGHT);
      this.#renderer.setScissor(i * SIM_WIDTH, 0, SIM_WIDTH, SIM_HEIGHT);
      this.#renderer.render(this.#world.scene, camera);
    });
    this.#context.drawImage(this.#renderer.domElement, 0, 0);
    this.#drawnMove = this.feed.moves;
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
  #taken = Number.NEGATIVE_INFINITY;

  constructor(
    readonly view: SimView,
    readonly studio: SimStudio,
  ) {
    this.offer = { name: view, label: SIM_VIEWS[view].label, width: SIM_WIDTH, height: SIM_HEIGHT, simulated: true };
    [this.#canvas, this.#context] = pictureCanvas(SIM_WIDTH, SIM_HEIGHT);
  }

  /** The first picture is the slow one: shaders are compiled for it. Not in the middle of a take. */
  async ready(): Promise<void> {
    this.grab();
  }

  /** What is drawn is shared by all who ask (preview, recorder, policy). */
  grab(maxAge = 0): Picture {
    const young = performance.now() / 1000 - this.#taken < maxAge;
    if (!young) this.#taken = this.studio.draw(this.view, this.#context);
    return {
      image: this.#canvas,
      width: SIM_WIDTH,
      height: SIM_HEIGHT,
      taken: this.#taken,
      version: this.studio.version,
    };
  }

  close(): void {}
}
