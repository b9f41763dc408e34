import { z } from 'zod';
import { fault } from './fault';
import type { RobotSpec } from './types';

/**
 * A robot's body as data (`resources/robots/*.json`): joints and servos, the kinematic chain, and our own primitive
 * shapes. The simulator builds its world from it, teleop its inverse kinematics, the renderer its picture.
 * Metres, radians, kilograms; quaternions w x y z.
 */
const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const quat = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const shape = z.object({
  type: z.enum(['box', 'capsule', 'cylinder', 'sphere']),
  /** box: half-extents; capsule, cylinder: radius, half-length (along z); sphere: radius. */
  size: z.array(z.number().positive()).min(1).max(3),
  pos: vec3,
  quat: quat.default([1, 0, 0, 0]),
  /** Which material of the theme: printed plastic, servo, rubber pad. */
  material: z.enum(['body', 'servo', 'pad']).default('body'),
  /** False = drawn only, no contact. */
  collide: z.boolean().default(true),
});

const joint = z.object({
  name: z.string(),
  servo: z.number().int().min(0).max(253),
  unit: z.enum(['rad', 'm', 'ratio']),
  min: z.number(),
  max: z.number(),
  maxSpeed: z.number().positive(),
  /** The hinge's own range, rad. For `ratio` joints min..max maps linearly onto it. */
  hinge: z.tuple([z.number(), z.number()]),
  /** Raw ticks at hinge 0 and ticks per radian, for a freshly calibrated servo. */
  zero: z.number().default(2047),
});

const link = z.object({
  name: z.string(),
  parent: z.string(),
  pos: vec3,
  quat: quat,
  joint: z.string().optional(),
  mass: z.number().positive(),
  com: vec3,
  shapes: z.array(shape),
});

export const profileSchema = z.object({
  kind: z.string(),
  title: z.string(),
  servoModel: z.string(),
  joints: z.array(joint).min(1),
  links: z.array(link).min(1),
  /** Tool point and its frame: the axis along which the gripper points is the tool frame's x after `quat`. */
  tool: z.object({ link: z.string(), pos: vec3, quat: quat }),
  /** A comfortable start pose, robot units. */
  home: z.array(z.number()),
});

export type RobotProfile = z.infer<typeof profileSchema>;
export type LinkProfile = RobotProfile['links'][number];
export type ShapeProfile = LinkProfile['shapes'][number];

export function parseProfile(data: unknown): RobotProfile {
  const parsed = profileSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw fault(
    'bad-input',
    `This robot profile is not valid: ${z.prettifyError(parsed.error)}`,
    'Compare it with resources/robots/so101.json.',
  );
}

export const specOf = (profile: RobotProfile, kind = profile.kind): RobotSpec => ({
  kind,
  title: profile.title,
  joints: profile.joints.map(({ name, unit, min, max, maxSpeed }) => ({ name, unit, min, max, maxSpeed })),
});

/** Robot units → hinge angles (rad) in joint order. */
export const toHinge = (profile: RobotProfile, values: readonly number[]): number[] =>
  profile.joints.map((j, i) => {
    const v = values[i] ?? 0;
    return j.unit === 'ratio' ? j.hinge[0] + ((v - j.min) / (j.max - j.min)) * (j.hinge[1] - j.hinge[0]) : v;
  });

/** Hinge angles (rad) → robot units. */
export const fromHinge = (profile: RobotProfile, angles: readonly number[]): number[] =>
  profile.joints.map((j, i) => {
    const a = angles[i] ?? 0;
    return j.unit === 'ratio' ? j.min + ((a - j.hinge[0]) / (j.hinge[1] - j.hinge[0])) * (j.max - j.min) : a;
  });
