import {
  BufferGeometry,
  GridHelper,
  Line,
  LineBasicMaterial,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  RingGeometry,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import type { RobotProfile } from '../../src-main/core/profile';
import type { TaskSpec } from '../../src-main/core/task';
import { themePalette } from './palette';
import { WorldModel } from './world-model';

const EYE = [0.62, -0.52, 0.46] as const;
const TARGET = [0.16, 0, 0.1] as const;

/** Frames a second at most: a graphics card idles at 30; software drawing leaves the processor to the control loop. */
const RATE = { card: 30, software: 20, spared: 6 } as const;

/** What is drawn: joints in robot units; objects as x y z qw qx qy qz. */
export interface Pose {
  readonly seen: readonly number[];
  readonly objects: Readonly<Record<string, readonly number[]>>;
  /** A second, translucent arm: where the first was told to be. */
  readonly ghost?: readonly number[];
}

/** The live stream, or a recording being played. `moves` goes up when there is something new to draw. */
export interface PoseSource {
  readonly newest: Pose | undefined;
  readonly moves: number;
}

/**
 * The big view on the screen: the newest pose, an orbit camera, and a plumb line from the tool to the table, which shows
 * depth better than a shadow and costs nothing. Draws only when something changed and the canvas can be seen.
 */
export class Stage {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(38, 1, 0.01, 10);
  readonly #orbit: OrbitControls;
  readonly #software: boolean;
  readonly #plumb: Line;
  readonly #foot: Mesh;
  #world: WorldModel | null = null;
  #grid: GridHelper | null = null;
  #drawnMove = -1;
  #dirty = true;
  #visible = true;
  /** Software drawing steps back while the recorder or a policy needs pictures. */
  spare = false;
  #last = 0;
  #frame = 0;
  readonly #seen: IntersectionObserver;
  readonly #resized: ResizeObserver;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly feed: PoseSource,
  ) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true });
    // Asking for errors makes the page wait for the compiler: a second where graphics are drawn in software.
    this.#renderer.debug.checkShaderErrors = import.meta.env.DEV;
    this.#software = isSoftware(this.#renderer);
    this.#renderer.setPixelRatio(this.#software ? 1 : Math.min(2, devicePixelRatio));
    this.#camera.up.set(0, 0, 1);
    this.#camera.position.set(...EYE);
    this.#orbit = new OrbitControls(this.#camera, canvas);
    this.#orbit.target.set(...TARGET);
    this.#orbit.minDistance = 0.25;
    this.#orbit.maxDistance = 2.5;
    this.#orbit.maxPolarAngle = Math.PI / 2 - 0.03;
    this.#orbit.update();
    this.#orbit.addEventListener('change', () => this.wake());
    this.#plumb = new Line(
      new BufferGeometry().setFromPoints([new Vector3(), new Vector3(0, 0, 1)]),
      new LineBasicMaterial({ transparent: true, opacity: 0.55 }),
    );
    this.#foot = new Mesh(
      new RingGeometry(0.009, 0.0115, 28),
      new MeshBasicMaterial({ transparent: true, opacity: 0.7 }),
    );
    this.#seen = new IntersectionObserver(([entry]) => {
      this.#visible = entry?.isIntersecting ?? true;
      this.wake();
    });
    this.#seen.observe(canvas);
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(canvas);
    this.#resize();
    this.#turn();
  }

  show(profile: RobotProfile, task: TaskSpec | null): void {
    this.#world?.dispose();
    this.#world = new WorldModel(profile, task, themePalette());
    this.#world.scene.add(this.#plumb, this.#foot);
    this.#drawnMove = -1;
    this.repaint();
  }

  /** Takes the theme's colours anew. */
  repaint(): void {
    if (!this.#world) return;
    this.#world.repaint(themePalette());
    const style = getComputedStyle(document.documentElement);
    const line = style.getPropertyValue('--view-grid').trim();
    const accent = style.getPropertyValue('--accent').trim();
    (this.#plumb.material as LineBasicMaterial).color.set(accent);
    (this.#foot.material as MeshBasicMaterial).color.set(accent);
    this.#grid?.removeFromParent();
    this.#grid?.dispose();
    this.#grid = new GridHelper(1.1, 22, line, line);
    this.#grid.rotation.x = Math.PI / 2;
    this.#grid.position.set(0.2, 0, 0.0004);
    this.#world.scene.add(this.#grid);
    this.wake();
  }

  reset(): void {
    this.#camera.position.set(...EYE);
    this.#orbit.target.set(...TARGET);
    this.#orbit.update();
    this.wake();
  }

  wake(): void {
    this.#dirty = true;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#seen.disconnect();
    this.#resized.disconnect();
    this.#orbit.dispose();
    this.#grid?.dispose();
    this.#world?.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
    this.#draw(); // the new size has emptied the canvas
  }

  #turn = (): void => {
    this.#frame = requestAnimationFrame(this.#turn);
    const now = performance.now();
    const gap = 1000 / (!this.#software ? RATE.card : this.spare ? RATE.spared : RATE.software);
    if (!this.#visible || now - this.#last < gap - 4) return;
    if (!this.#dirty && this.feed.moves === this.#drawnMove) return;
    this.#last = now;
    this.#draw();
  };

  #draw(): void {
    const world = this.#world;
    if (!world) return;
    const tick = this.feed.newest;
    if (tick) world.update(tick.seen, tick.objects);
    world.haunt(tick?.ghost);
    this.#drawnMove = this.feed.moves;
    this.#dirty = false;
    const tool = world.robot.toolPoint();
    this.#plumb.position.set(tool.x, tool.y, 0);
    this.#plumb.scale.set(1, 1, Math.max(0.001, tool.z));
    this.#foot.position.set(tool.x, tool.y, 0.0012);
    this.#renderer.render(world.scene, this.#camera);
  }
}

/** SwiftShader, llvmpipe and their kind draw on the processor. */
function isSoftware(renderer: WebGLRenderer): boolean {
  const gl = renderer.getContext();
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
