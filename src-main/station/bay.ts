import type { Clock } from '../core/clock';
import { fault } from '../core/fault';
import type { RobotState } from '../core/state';
import type { Image, Tick } from '../core/types';
import type { Inputs } from './inputs';
import { openRig, type Rig, type RobotChoice } from './rig';
import type { Settings } from './settings';

export interface BayHost {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly inputs: Inputs;
  images(): Readonly<Record<string, Image>> | undefined;
  beforeTick(): void;
  onTick(rig: Rig, tick: Tick): void;
  /** Somebody else holds the stick. */
  onSeat(rig: Rig): void;
  changed(): void;
  failed(error: unknown): void;
}

/** Where the one robot stands: opened, wired to the inputs and set going; opened anew when its link was lost. */
export class Bay {
  #rig: Rig | null = null;
  #end: AbortController | null = null;
  #status: RobotState['status'] = 'closed';
  #choice: RobotChoice | null = null;

  constructor(private readonly host: BayHost) {}

  get open(): Rig | null {
    return this.#rig;
  }

  get rig(): Rig {
    if (!this.#rig) throw fault('not-found', 'No robot is open', 'Choose one on the Setup screen.');
    return this.#rig;
  }

  get status(): RobotState['status'] {
    return this.#status;
  }

  get choice(): RobotChoice | null {
    return this.#choice;
  }

  /** Opens the robot in place of the one that is there. Its loop runs until `close`. */
  async enter(choice: RobotChoice): Promise<Rig> {
    if (this.#status === 'opening') throw fault('busy', 'A robot is being opened', 'Wait a moment.');
    this.#set('opening');
    try {
      await this.#leave();
      this.#choice = choice;
      const { rate, speed, mode, deadman } = this.host.settings.value;
      const rig = await openRig(choice, {
        clock: this.host.clock,
        rate,
        speed,
        mode,
        deadman,
        seed: Math.floor(Math.random() * 1e6),
        images: () => this.host.images(),
        beforeTick: () => this.host.beforeTick(),
      });
      this.#rig = rig;
      this.#wire(rig);
      this.#set('ready');
      return rig;
    } catch (error) {
      this.#set('fault');
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#leave();
    this.#set('closed');
  }

  /** True when re-arming needs the robot opened anew: a lost link is dead for good. */
  get lost(): boolean {
    return this.#status === 'fault' && this.#choice !== null;
  }

  #wire(rig: Rig): void {
    const { inputs, failed, changed, onTick, onSeat } = this.host;
    for (const source of inputs.sources) rig.teleop.addSource(source);
    inputs.attach(rig.teleop);
    rig.loop.onTick((tick) => onTick(rig, tick));
    rig.loop.onFault((data) => {
      failed(data);
      if (data.kind === 'link-lost') this.#set('fault');
    });
    rig.loop.onStop(() => changed());
    rig.seat.onChange(() => onSeat(rig));
    rig.seat.onFault((data) => failed(data));
    this.#end = new AbortController();
    const { signal } = this.#end;
    rig.loop.run(signal).catch((error) => {
      if (!signal.aborted) failed(error);
    });
  }

  async #leave(): Promise<void> {
    const rig = this.#rig;
    this.#rig = null;
    this.#end?.abort();
    this.host.inputs.attach(null);
    await rig?.close();
  }

  #set(status: RobotState['status']): void {
    this.#status = status;
    this.host.changed();
  }
}
