import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  CylinderGeometry,
  Group,
  type Material,
  Matrix4,
  Mesh,
  Quaternion,
  SphereGeometry,
  Vector3,
} from 'three';
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { type RobotProfile, type ShapeProfile, toHinge } from '../../src-main/core/profile';

type Quat = readonly [number, number, number, number];
export const quaternion = (q: Quat): Quaternion => new Quaternion(q[1], q[2], q[3], q[0]).normalize();

/** A primitive along z, as in the profile (three.js builds cylinders and capsules along y). */
export function primitive(type: ShapeProfile['type'], size: readonly number[], round = 20): BufferGeometry {
  const [a = 0.01, b = a, c = b] = size;
  if (type === 'box') return new BoxGeometry(2 * a, 2 * b, 2 * c);
  if (type === 'sphere') return new SphereGeometry(a, round, Math.ceil(round * 0.6));
  const along = type === 'capsule' ? new CapsuleGeometry(a, 2 * b, 4, round) : new CylinderGeometry(a, a, 2 * b, round);
  return along.rotateX(Math.PI / 2);
}

/** A robot drawn from its profile: one mesh per link and material, hinges about each link's z. */
export class RobotModel {
  readonly group = new Group();
  readonly #hinges: (Group | undefined)[];
  readonly #links = new Map<string, Group>();

  constructor(
    readonly profile: RobotProfile,
    materials: Readonly<Record<ShapeProfile['material'], Material>>,
    round = 20,
  ) {
    this.#hinges = profile.joints.map(() => undefined);
    for (const link of profile.links) {
      const frame = new Group();
      frame.position.set(...link.pos);
      frame.quaternion.copy(quaternion(link.quat));
      const body = new Group();
      frame.add(body);
      (this.#links.get(link.parent) ?? this.group).add(frame);
      this.#links.set(link.name, body);
      const index = profile.joints.findIndex((j) => j.name === link.joint);
      if (index >= 0) this.#hinges[index] = body;
      for (const name of ['body', 'servo', 'pad'] as const) {
        const parts = link.shapes.filter((s) => s.material === name).map((s) => placed(s, round));
        const merged = parts.length > 0 ? mergeGeometries(parts.map((p) => p.toNonIndexed())) : null;
        if (merged) body.add(new Mesh(merged, materials[name]));
      }
    }
  }

  /** `values` in robot units, in the profile's joint order. */
  pose(values: readonly number[]): void {
    const angles = toHinge(this.profile, values);
    this.#hinges.forEach((hinge, i) => {
      if (hinge) hinge.rotation.z = angles[i] ?? 0;
    });
  }

  link(name: string): Group | undefined {
    return this.#links.get(name);
  }

  /** Where the tool point is now, in the robot's base frame. */
  toolPoint(out = new Vector3()): Vector3 {
    const { link, pos } = this.profile.tool;
    const body = this.#links.get(link);
    if (!body) return out.set(0, 0, 0);
    body.updateWorldMatrix(true, false);
    return out.set(...pos).applyMatrix4(body.matrixWorld);
  }

  dispose(): void {
    this.group.traverse((o) => {
      if (o instanceof Mesh) o.geometry.dispose();
    });
  }
}

function placed(shape: ShapeProfile, round: number): BufferGeometry {
  const matrix = new Matrix4().compose(new Vector3(...shape.pos), quaternion(shape.quat), new Vector3(1, 1, 1));
  return primitive(shape.type, shape.size, round).applyMatrix4(matrix);
}
