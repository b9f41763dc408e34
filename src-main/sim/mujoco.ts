import { fault } from '../core/fault';

/**
 * The part of the MuJoCo bindings the simulator uses, typed (the package types its arrays as `any`).
 * Arrays are views into the module's memory and detach when that memory grows: read them anew, never keep them.
 */
export interface MjModel {
  readonly nq: number;
  readonly opt: { readonly timestep: number };
  readonly jnt_qposadr: Int32Array;
  readonly jnt_dofadr: Int32Array;
  /** 2 numbers an actuator: lowest and highest force. */
  readonly actuator_forcerange: Float64Array;
  delete(): void;
}

export interface MjData {
  time: number;
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly ctrl: Float64Array;
  readonly actuator_force: Float64Array;
  /** Body positions and orientations, 3 and 4 numbers a body. */
  readonly xpos: Float64Array;
  readonly xquat: Float64Array;
  delete(): void;
}

export interface Mujoco {
  compile(xml: string): { readonly model: MjModel; readonly data: MjData };
  step(model: MjModel, data: MjData): void;
  forward(model: MjModel, data: MjData): void;
  /** Brings body poses up to `qpos` without stepping. */
  kinematics(model: MjModel, data: MjData): void;
  reset(model: MjModel, data: MjData): void;
  jointId(model: MjModel, name: string): number;
  bodyId(model: MjModel, name: string): number;
}

let loaded: Promise<Mujoco> | null = null;

/** Loads the physics engine once per process (0.4 s). The package is an ES module, hence the dynamic import. */
export function loadMujoco(): Promise<Mujoco> {
  loaded ??= load().catch((error: unknown) => {
    loaded = null;
    throw fault('no-engine', 'The physics engine could not be loaded', 'Run `npm run setup` and start again.', error);
  });
  return loaded;
}

async function load(): Promise<Mujoco> {
  const { default: factory } = await import('@mujoco/mujoco');
  const mj = await factory();
  const JOINT = mj.mjtObj.mjOBJ_JOINT.value;
  const BODY = mj.mjtObj.mjOBJ_BODY.value;
  type RawModel = Parameters<typeof mj.mj_step>[0];
  type RawData = Parameters<typeof mj.mj_step>[1];
  // Every model and data handed in was made by `compile` below; the raw handles travel under our typed views.
  return {
    compile(xml) {
      const model = mj.MjModel.from_xml_string(xml);
      if (!model) throw fault('internal', 'The simulated world does not compile', 'Check the robot profile.');
      return { model, data: new mj.MjData(model) };
    },
    step: (model, data) => mj.mj_step(model as RawModel, data as RawData),
    forward: (model, data) => mj.mj_forward(model as RawModel, data as RawData),
    kinematics: (model, data) => mj.mj_kinematics(model as RawModel, data as RawData),
    reset: (model, data) => mj.mj_resetData(model as RawModel, data as RawData),
    jointId: (model, name) => mj.mj_name2id(model as RawModel, JOINT, name),
    bodyId: (model, name) => mj.mj_name2id(model as RawModel, BODY, name),
  };
}
