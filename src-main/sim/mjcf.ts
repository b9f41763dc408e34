import type { LinkProfile, RobotProfile, ShapeProfile } from '../core/profile';
import type { SceneBody } from './tasks/task';

/**
 * Servo as a position actuator. STS3215 at P = 16, figures of TheRobotStudio/SO-ARM100 (Simulation/SO101, Apache-2.0):
 * gain N·m/rad, damping N·m·s/rad, stall torque N·m; joint damping, friction loss and gear inertia.
 * At stall torque the joint damping alone limits the speed to about 5 rad/s, the servo's no-load speed.
 */
export const SERVO = { kp: 998.22, kv: 2.731, stall: 2.94, damping: 0.6, friction: 0.052, armature: 0.028 } as const;

/** Seconds a physics step: four steps in a tick of 60 Hz. */
export const TIMESTEP = 1 / 240;

/** Contact groups: the arm (1) meets the world (2) but never itself; things of the world meet everything. */
const ARM = 'contype="1" conaffinity="2"';
const WORLD = 'contype="2" conaffinity="3"';

const list = (values: readonly number[]) => values.map((v) => String(+v.toPrecision(12))).join(' ');

/** The robot on its table with the bodies of one task, as MuJoCo's XML. Joint and body names are the profile's. */
export function buildMjcf(profile: RobotProfile, bodies: readonly SceneBody[]): string {
  const root = profile.links.filter((link) => link.parent === 'world');
  return `<mujoco model="${profile.kind}">
  <compiler angle="radian" autolimits="true"/>
  <option timestep="${TIMESTEP}" integrator="implicitfast" cone="elliptic" impratio="10" iterations="30"/>
  <size memory="4M"/>
  <default>
    <joint damping="${SERVO.damping}" frictionloss="${SERVO.friction}" armature="${SERVO.armature}"/>
    <geom solref="0.01 1" solimp="0.95 0.99 0.001" friction="0.8 0.01 0.001"/>
    <position kp="${SERVO.kp}" kv="${SERVO.kv}" forcerange="${-SERVO.stall} ${SERVO.stall}"/>
  </default>
  <worldbody>
    <geom name="table" type="plane" size="2 2 0.1" ${WORLD}/>
${bodies.map(bodyXml).join('\n')}
${root.map((link) => linkXml(profile, link)).join('\n')}
  </worldbody>
  <actuator>
${profile.joints.map((j) => `    <position name="${j.name}" joint="${j.name}"/>`).join('\n')}
  </actuator>
</mujoco>`;
}

function linkXml(profile: RobotProfile, link: LinkProfile): string {
  const joint = profile.joints.find((j) => j.name === link.joint);
  const children = profile.links.filter((child) => child.parent === link.name);
  return [
    `<body name="${link.name}" pos="${list(link.pos)}" quat="${list(link.quat)}">`,
    `<inertial pos="${list(link.com)}" mass="${link.mass}" diaginertia="${list(boxInertia(link))}"/>`,
    joint ? `<joint name="${joint.name}" type="hinge" axis="0 0 1" range="${list(joint.hinge)}"/>` : '',
    ...link.shapes.filter((s) => s.collide).map(shapeXml),
    ...children.map((child) => linkXml(profile, child)),
    '</body>',
  ].join('\n');
}

function shapeXml(s: ShapeProfile): string {
  // Rubber pads: high friction, with resistance to spinning (condim 4) so that a pinched cube keeps its yaw.
  const grip = s.material === 'pad' ? 'condim="4" friction="1.5 0.02 0.001" priority="1"' : 'condim="3"';
  return `<geom type="${s.type}" size="${list(s.size)}" pos="${list(s.pos)}" quat="${list(s.quat)}" ${ARM} ${grip}/>`;
}

function bodyXml(body: SceneBody): string {
  const geom = `<geom type="${body.shape}" size="${list(body.size)}" ${WORLD}`;
  if (!body.mass) {
    const quat = body.quat ? ` quat="${list(body.quat)}"` : '';
    return `<body name="${body.name}" pos="${list(body.pos ?? [0, 0, 0])}"${quat}>${geom} condim="3"/></body>`;
  }
  // Three-dimensional contact is not enough for a box on a table: condim 4 lets it stop spinning.
  return `<body name="${body.name}"><joint name="${body.name}" type="free" damping="0" frictionloss="0" armature="0"/>${geom} condim="4" friction="${body.friction ?? 0.8} 0.01 0.001" mass="${body.mass}"/></body>`;
}

/** Principal inertias of a solid box around the link's shapes: the source gives masses only, and gears dominate anyway. */
function boxInertia(link: LinkProfile): [number, number, number] {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const s of link.shapes) {
    for (let axis = 0; axis < 3; axis++) {
      const at = s.pos[axis] ?? 0;
      const reach = Math.min(...s.size);
      low[axis] = Math.min(low[axis] ?? 0, at - reach);
      high[axis] = Math.max(high[axis] ?? 0, at + reach);
    }
  }
  const side = low.map((l, axis) => Math.max(0.02, (high[axis] ?? 0) - l));
  const [a = 0.02, b = 0.02, c = 0.02] = side;
  const k = link.mass / 12;
  return [k * (b * b + c * c), k * (a * a + c * c), k * (a * a + b * b)];
}
