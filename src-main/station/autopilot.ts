import { fault, toFault } from '../core/fault';
import type { CameraOffer } from '../core/media';
import type { PolicySpec } from '../core/policy';
import type { PolicyState } from '../core/state';
import type { PilotClient, RemotePolicy } from '../learner/client';
import { PolicyPilot } from '../learner/policy-pilot';
import type { Rig } from './rig';

/** The loaded policy: in a process of its own, so that a slow or dying policy leaves the arm holding still. */
export class Autopilot {
  #client: PilotClient | null = null;
  #pilot: PolicyPilot | null = null;
  #spec: PolicySpec | null = null;
  #remote: RemotePolicy | null = null;
  #state: PolicyState = { status: 'none', id: null, name: null, latency: null, problem: null };

  constructor(
    private readonly connect: () => PilotClient,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  get pilot(): PolicyPilot | null {
    return this.#pilot;
  }

  async load(id: string, name: string, folder: string): Promise<void> {
    await this.unload();
    this.#set({ status: 'loading', id, name });
    const client = this.connect();
    try {
      const remote = await client.load(folder);
      this.#client = client;
      this.#spec = remote.spec;
      this.#remote = remote;
      this.#pilot = new PolicyPilot({ spec: remote.spec, act: remote.act, onFault: this.failed });
      client.onDied((error) => this.#died(client, error));
      this.#set({ status: 'ready' });
    } catch (error) {
      client.close();
      this.#set({ status: 'failed', problem: toFault(error).message });
      throw error;
    }
  }

  async unload(): Promise<void> {
    this.#client?.close();
    this.#client = null;
    this.#pilot = null;
    this.#spec = null;
    this.#remote = null;
    this.#set({ status: 'none', id: null, name: null, latency: null, problem: null });
  }

  /** Which of the tasks it was taught it is to do; null: its main one. */
  choose(task: string | null): void {
    if (!this.#pilot || !this.#spec) throw fault('not-found', 'No policy is loaded', 'Load one first.');
    if (task !== null && !this.#spec.tasks.includes(task)) {
      throw fault('bad-input', `The policy was not taught "${task}"`, `It knows: ${this.#spec.tasks.join('; ')}.`);
    }
    this.#pilot.task = task;
    this.changed();
  }

  #died(client: PilotClient, error: unknown): void {
    if (client !== this.#client) return;
    this.#client = null;
    this.#pilot = null;
    this.#set({ status: 'failed', problem: toFault(error).message });
    this.failed(error);
  }

  /** The pilot, checked against this robot and these cameras; throws a fault that says what does not fit. */
  ready(rig: Rig, offers: readonly CameraOffer[]): PolicyPilot {
    if (!this.#pilot || !this.#spec) {
      throw fault('not-found', 'No policy is loaded', 'Load one on the Autopilot screen, or train one first.');
    }
    const problem = misfit(this.#spec, rig, offers);
    if (problem)
      throw fault('incompatible', problem, 'Choose the robot and task it was trained on, or load another policy.');
    return this.#pilot;
  }

  state(rig: Rig | null, offers: readonly CameraOffer[]): PolicyState {
    if (this.#state.status !== 'ready' || !this.#spec) return this.#state;
    const problem = rig ? misfit(this.#spec, rig, offers) : null;
    // What it saw when it last drove tells nothing about now.
    const distance = rig?.seat.mode === 'policy' ? (this.#remote?.distance ?? undefined) : null;
    return {
      ...this.#state,
      ...{ latency: this.#pilot?.latency ?? null, task: this.#pilot?.task ?? null, problem },
      ...(distance !== undefined && { distance }),
    };
  }

  #set(change: Partial<PolicyState>): void {
    this.#state = { ...this.#state, ...change };
    this.changed();
  }
}

/** Why this policy cannot drive this robot now; null when it can. */
export function misfit(spec: PolicySpec, rig: Rig, offers: readonly CameraOffer[]): string | null {
  const joints = rig.robot.spec.joints.map((joint) => joint.name);
  if (spec.action.join() !== joints.join())
    return `The policy moves ${spec.action.join(', ')}; this robot has ${joints.join(', ')}`;
  const environment = rig.task?.environment ?? [];
  if (spec.observation.environment.length > 0 && spec.observation.environment.join() !== environment.join()) {
    return `The policy needs ${spec.observation.environment.join(', ')}, which this robot or task does not tell`;
  }
  const missing = spec.observation.cameras.filter((camera) => !offers.some((offer) => offer.name === camera.name));
  return missing.length > 0 ? `The policy needs the camera ${missing.map((camera) => camera.name).join(', ')}` : null;
}
