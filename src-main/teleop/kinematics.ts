import { fault } from '../core/fault';
import type { Pose, Vec3 } from '../core/pose';
import { aboutZ, compose, cross, dot, IDENTITY, norm, normalize, rotate, scale, sub } from '../core/pose';
import type { RobotProfile } from '../core/profile';
import { solve } from './solver';

const UP: Vec3 = [0, 0, 1];
/** Position may miss its goal by this much before pitch gives way for it, metres. */
const GOOD_ENOUGH = 0.0005;
/** Metres that one radian of pitch error is worth: when both can be had, and when position must win. */
const PITCH_WEIGHT = 0.05;
const PITCH_WEIGHT_YIELDING = 0.003;
/** How far from straight the elbow is kept, rad: costs under a millimetre of reach. */
const SHORT_OF_STRAIGHT = 0.12;

/** Velocities of the tool: `v` in m/s in the base frame, `pitch` up and `roll` clockwise from behind in rad/s. */
export interface ToolMotion {
  readonly v: Vec3;
  readonly pitch: number;
  readonly roll: number;
}

/** Where the tool should be (metres, base frame) and how far above the horizon it should point (rad). */
export interface ToolGoal {
  readonly pos: Vec3;
  readonly pitch: number;
}

export interface ToolState {
  readonly pose: Pose;
  /** Where the gripper points, unit vector. */
  readonly points: Vec3;
  /** Angle of the gripper above the horizon in the arm's own vertical plane; goes on smoothly past straight down. */
  readonly pitch: number;
  /** The chain's hinges from the base on: joint index in the profile, place and axis in the base frame. */
  readonly hinges: readonly { readonly joint: number; readonly pos: Vec3; readonly axis: Vec3 }[];
}

interface Segment {
  readonly at: Pose;
  /** Index of its hinge in the profile's joints, -1 for a rigid link. */
  readonly joint: number;
}

/**
 * Forward and inverse kinematics of an arm whose last two hinges before the tool are wrist pitch and wrist roll (SO-101,
 * SO-100, Koch). Angles are hinge angles in rad, one per joint of the profile, in its order; lengths in metres.
 */
export class Kinematics {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Profile index of the roll hinge; the other hinges of the chain (`armJoints`) place the tool. */
  readonly rollJoint: number;
  readonly armJoints: readonly number[];
  readonly #segments: readonly Segment[];
  readonly #tool: Pose;
  /** +1 or -1: which side of the wrist's axis is the arm's front, and which turn of the roll hinge is clockwise. */
  readonly #front: number;
  readonly #clockwise: number;
  /** The elbow's range on its usual side of straight. */
  readonly #elbow: { readonly joint: number; readonly lower: number; readonly upper: number };

  private constructor(profile: RobotProfile) {
    this.#segments = chain(profile);
    this.#tool = { pos: profile.tool.pos, quat: normalize(profile.tool.quat) };
    const hinged = this.#segments.map((s) => s.joint).filter((j) => j >= 0);
    if (hinged.length < 5) {
      const message = `${profile.title} has ${hinged.length} joints up to its tool; driving the tool in space needs 5`;
      throw fault('incompatible', message, 'Drive this robot in joint mode.');
    }
    this.armJoints = hinged.slice(0, -1);
    this.rollJoint = hinged[hinged.length - 1] as number;
    this.lower = profile.joints.map((j) => j.hinge[0]);
    this.upper = profile.joints.map((j) => j.hinge[1]);
    // The middle of every range is where an arm reaches out in front of its base: it tells front from back.
    const { hinges, points, pose } = this.#walk(profile.joints.map((j) => (j.hinge[0] + j.hinge[1]) / 2));
    const [base, wrist, roll] = [hinges[0], hinges[hinges.length - 2], hinges[hinges.length - 1]] as [
      Hinge,
      Hinge,
      Hinge,
    ];
    this.#front = dot(radial(wrist.axis), sub(pose.pos, base.pos)) < 0 ? -1 : 1;
    this.#clockwise = dot(roll.axis, points) < 0 ? -1 : 1;
    this.#elbow = this.#usualElbow();
  }

  static of(profile: RobotProfile): Kinematics {
    return new Kinematics(profile);
  }

  forward(angles: readonly number[]): Pose {
    return this.#walk(angles).pose;
  }

  pitch(angles: readonly number[]): number {
    return this.tool(angles).pitch;
  }

  /** Turn about the pointing axis, rad, clockwise seen from behind the gripper; 0 at the hinge's own zero. */
  roll(angles: readonly number[]): number {
    return (angles[this.rollJoint] ?? 0) * this.#clockwise;
  }

  tool(angles: readonly number[]): ToolState {
    const at = this.#walk(angles);
    const wrist = at.hinges[at.hinges.length - 2] as Hinge;
    const front = scale(radial(wrist.axis), this.#front);
    return { ...at, pitch: Math.atan2(dot(at.points, UP), dot(at.points, front)) };
  }

  /** 4 × n: rows x, y, z (m/rad) and pitch (rad/rad), columns `armJoints`. */
  jacobian(state: ToolState): number[][] {
    const rows: [number[], number[], number[], number[]] = [[], [], [], []];
    const wrist = (state.hinges[state.hinges.length - 2] as Hinge).axis;
    // A turn about axis `a` moves the front `f` by a × f; with f = ±(a × up) that is ∓up, so pitch falls when f = a × up.
    for (const h of state.hinges.slice(0, -1)) {
      const d = cross(h.axis, sub(state.pose.pos, h.pos));
      rows[0].push(d[0]);
      rows[1].push(d[1]);
      rows[2].push(d[2]);
      rows[3].push(-this.#front * dot(h.axis, wrist));
    }
    return rows;
  }

  /** Angles that bring the tool to `goal`, searched from `angles` on, and the distance (m) by which it is missed. */
  solve(angles: readonly number[], goal: ToolGoal): { angles: number[]; miss: number } {
    const both = solve(this, angles, goal, PITCH_WEIGHT);
    if (both.miss <= GOOD_ENOUGH) return both;
    const place = solve(this, angles, goal, PITCH_WEIGHT_YIELDING);
    return place.miss < both.miss ? place : both;
  }

  /** One time step of tool motion, without memory. Long straight lines want a `CartesianDrive`, which has one. */
  step(angles: readonly number[], motion: ToolMotion, dt: number): number[] {
    const now = this.tool(angles);
    const [x, y, z] = now.pose.pos;
    const pos: Vec3 = [x + motion.v[0] * dt, y + motion.v[1] * dt, z + motion.v[2] * dt];
    return this.solve(this.rolled(angles, motion.roll * dt), { pos, pitch: now.pitch + motion.pitch * dt }).angles;
  }

  /** The same angles with the wrist rolled on, clockwise, by `by` rad within its limits. */
  rolled(angles: readonly number[], by: number): number[] {
    const out = [...angles];
    out[this.rollJoint] = this.limit(this.rollJoint, (angles[this.rollJoint] ?? 0) + by * this.#clockwise);
    return out;
  }

  limit(joint: number, angle: number): number {
    return Math.min(Math.max(angle, this.lower[joint] ?? -Math.PI), this.upper[joint] ?? Math.PI);
  }

  /**
   * Limits for a search that starts at `angles`: each hinge's range, the elbow's cut off just short of straight. A
   * straight elbow is a singularity, and an arm that folds the other way behind it cannot come back along its line.
   * An elbow that is over there already (joint mode) keeps its full range.
   */
  limitsFrom(angles: readonly number[]): (joint: number, angle: number) => number {
    const { joint: elbow, lower, upper } = this.#elbow;
    const now = angles[elbow] ?? 0;
    if (now < lower - 1e-6 || now > upper + 1e-6) return (joint, angle) => this.limit(joint, angle);
    return (joint, angle) => (joint === elbow ? Math.min(Math.max(angle, lower), upper) : this.limit(joint, angle));
  }

  #usualElbow(): { joint: number; lower: number; upper: number } {
    const k = this.armJoints.length - 2;
    const joint = this.armJoints[k] as number;
    const [low, high] = [this.lower[joint] as number, this.upper[joint] as number];
    const angles = this.lower.map((l, i) => (l + (this.upper[i] as number)) / 2);
    let straight = low;
    let longest = 0;
    for (let a = low; a <= high; a += 0.005) {
      angles[joint] = a;
      const { hinges } = this.#walk(angles);
      const length = norm(sub((hinges[k + 1] as Hinge).pos, (hinges[k - 1] as Hinge).pos));
      if (length > longest) [longest, straight] = [length, a];
    }
    return high - straight > straight - low
      ? { joint, lower: Math.min(straight + SHORT_OF_STRAIGHT, high), upper: high }
      : { joint, lower: low, upper: Math.max(straight - SHORT_OF_STRAIGHT, low) };
  }

  #walk(angles: readonly number[]): Omit<ToolState, 'pitch'> {
    let pose = IDENTITY;
    const hinges: Hinge[] = [];
    for (const { at, joint } of this.#segments) {
      pose = compose(pose, at);
      if (joint < 0) continue;
      hinges.push({ joint, pos: pose.pos, axis: rotate(pose.quat, UP) });
      pose = compose(pose, { pos: [0, 0, 0], quat: aboutZ(angles[joint] ?? 0) });
    }
    const tip = compose(pose, this.#tool);
    return { pose: tip, points: rotate(tip.quat, [1, 0, 0]), hinges };
  }
}

type Hinge = ToolState['hinges'][number];

/** Horizontal unit vector square to the wrist's axis. */
function radial(axis: Vec3): Vec3 {
  const r = cross(axis, UP);
  const n = norm(r);
  return n < 1e-9 ? [1, 0, 0] : scale(r, 1 / n);
}

/** Links from the base to the tool. Throws `bad-input` when the profile's tree is broken. */
function chain(profile: RobotProfile): Segment[] {
  const bad = (message: string) => fault('bad-input', message, 'Mend the robot profile in resources/robots.');
  const byName = new Map(profile.links.map((l) => [l.name, l]));
  const segments: Segment[] = [];
  for (let link = byName.get(profile.tool.link); link; link = byName.get(link.parent)) {
    if (segments.length >= profile.links.length) throw bad(`Link ${link.name} is its own ancestor`);
    const { joint } = link;
    const index = joint === undefined ? -1 : profile.joints.findIndex((j) => j.name === joint);
    if (joint !== undefined && index < 0) throw bad(`Link ${link.name} names the joint ${joint}, which does not exist`);
    segments.unshift({ at: { pos: link.pos, quat: normalize(link.quat) }, joint: index });
  }
  if (segments.length === 0) throw bad(`There is no link ${profile.tool.link} to carry the tool`);
  return segments;
}
