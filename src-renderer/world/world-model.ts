import {
  AmbientLight,
  BoxGeometry,
  Color,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshLambertMaterial,
  Scene,
} from 'three';
import type { RobotProfile } from '../../src-main/core/profile';
import type { SceneObject, TaskSpec } from '../../src-main/core/task';
import type { Palette } from './palette';
import { primitive, quaternion, RobotModel } from './robot-model';

const GHOST = '#2fb39c';
const TABLE = { size: [1.1, 1.1, 0.03], centre: [0.2, 0, -0.0155] } as const;

/** Table, arm and the task's objects as a three.js scene (z up, metres, the robot's base at the origin). */
export class WorldModel {
  readonly scene = new Scene();
  readonly robot: RobotModel;
  readonly #objects = new Map<string, Mesh>();
  readonly #materials: MeshLambertMaterial[] = [];
  readonly #paint: Record<'body' | 'servo' | 'pad' | 'table', MeshLambertMaterial>;

  #ghost: RobotModel | null = null;

  constructor(
    profile: RobotProfile,
    task: TaskSpec | null,
    palette: Palette,
    readonly round = 20,
  ) {
    const material = (color: string) => {
      const made = new MeshLambertMaterial({ color });
      this.#materials.push(made);
      return made;
    };
    this.#paint = {
      body: material(palette.body),
      servo: material(palette.servo),
      pad: material(palette.pad),
      table: material(palette.table),
    };
    this.scene.background = new Color(palette.sky);
    this.robot = new RobotModel(profile, this.#paint, round);
    this.robot.pose(profile.home);
    const table = new Mesh(new BoxGeometry(...TABLE.size), this.#paint.table);
    table.position.set(...TABLE.centre);
    table.receiveShadow = true;
    const sun = new DirectionalLight('#ffffff', 2.1);
    sun.position.set(0.5, -0.6, 1.2);
    this.scene.add(
      table,
      this.robot.group,
      new HemisphereLight('#ffffff', '#8a8275', 1.1),
      new AmbientLight('#ffffff', 0.35),
      sun,
    );
    for (const object of task?.objects ?? []) this.#add(object, material(object.color), round);
  }

  #add(object: SceneObject, material: MeshLambertMaterial, round: number): void {
    if (object.marker) {
      material.transparent = true;
      material.opacity = 0.55;
      material.depthWrite = false;
    }
    const mesh = new Mesh(primitive(object.shape, object.size, round + 8), material);
    mesh.position.set(...(object.pos ?? [0, 0, -1]));
    if (object.quat) mesh.quaternion.copy(quaternion(object.quat));
    this.#objects.set(object.name, mesh);
    this.scene.add(mesh);
  }

  /** Joints in robot units; objects as x y z qw qx qy qz. Unknown names are ignored. */
  update(joints: readonly number[], objects: Readonly<Record<string, readonly number[]>>): void {
    this.robot.pose(joints);
    for (const [name, pose] of Object.entries(objects)) {
      const mesh = this.#objects.get(name);
      const [x, y, z, qw, qx, qy, qz] = pose;
      if (!mesh || x === undefined || y === undefined || z === undefined) continue;
      mesh.position.set(x, y, z);
      if (qw !== undefined && qx !== undefined && qy !== undefined && qz !== undefined)
        mesh.quaternion.set(qx, qy, qz, qw);
    }
  }

  /** Shows a translucent second arm there; none without joints. */
  haunt(joints: readonly number[] | undefined): void {
    if (!joints) {
      if (this.#ghost) this.#ghost.group.visible = false;
      return;
    }
    this.#ghost ??= this.#makeGhost();
    this.#ghost.group.visible = true;
    this.#ghost.pose(joints);
  }

  #makeGhost(): RobotModel {
    // Pushed back a little: where both arms are, only the first is seen.
    const material = new MeshLambertMaterial({
      color: GHOST,
      transparent: true,
      opacity: 0.45,
      depthWrite: false,
      polygonOffset: true,
      polygonOffsetFactor: 2,
      polygonOffsetUnits: 2,
    });
    this.#materials.push(material);
    const ghost = new RobotModel(this.robot.profile, { body: material, servo: material, pad: material }, this.round);
    this.scene.add(ghost.group);
    return ghost;
  }

  repaint(palette: Palette): void {
    this.scene.background = new Color(palette.sky);
    for (const name of ['body', 'servo', 'pad', 'table'] as const) this.#paint[name].color.set(palette[name]);
  }

  dispose(): void {
    this.robot.dispose();
    this.#ghost?.dispose();
    this.scene.traverse((o) => {
      if (o instanceof Mesh) o.geometry.dispose();
    });
    for (const material of this.#materials) material.dispose();
  }
}
