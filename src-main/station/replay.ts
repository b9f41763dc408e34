import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import type { AppState } from '../core/state';
import type { Unsubscribe } from '../core/types';
import { ReplayPilot } from './replay-pilot';
import type { Rig } from './rig';

export interface ReplayHost {
  changed(): void;
  /** Something a person should know; the replay goes on. */
  notice(error: unknown): void;
}

/**
 * Runs a recorded episode again on the robot that is open, behind the same seat and clamp as any pilot. In simulation
 * the things on the table are first put where they were at its first row.
 */
export class Replay {
  #now: { readonly index: number; readonly rows: number; readonly pilot: ReplayPilot; readonly rig: Rig } | null = null;
  #off: Unsubscribe | null = null;

  constructor(private readonly host: ReplayHost) {}

  /** Rejects when the episode is of other joints, or when nobody may drive now. */
  async start(rig: Rig, dataset: Dataset, index: number, speed: number): Promise<void> {
    assertSameJoints(dataset, rig);
    const episode = await dataset.read(index);
    this.#forget();
    if (rig.world) await this.#restage(rig, dataset, episode.rows[0]?.environment ?? []);
    const pilot = new ReplayPilot(episode.rows, speed);
    this.#now = { index, rows: episode.rows.length, pilot, rig };
    let ending = false;
    this.#off = rig.loop.onTick(() => {
      if (ending || rig.seat.mode !== 'replay' || !pilot.done) return;
      ending = true;
      void this.stop().catch((error) => this.host.notice(error));
    });
    try {
      await rig.seat.sit('replay', pilot);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Nothing happens when none is under way. A person who took over keeps the stick. */
  async stop(): Promise<void> {
    const { rig } = this.#now ?? {};
    const driving = rig?.seat.mode === 'replay';
    this.#forget();
    if (rig && driving) await rig.seat.release();
  }

  /** Null while nobody or somebody else drives. */
  state(): AppState['replay'] {
    const now = this.#now;
    if (now?.rig.seat.mode !== 'replay') return null;
    return { index: now.index, row: now.pilot.row, rows: now.rows };
  }

  async #restage(rig: Rig, dataset: Dataset, environment: readonly number[]): Promise<void> {
    const wanted = rig.task?.environment ?? [];
    await rig.reset();
    if (environment.length > 0 && wanted.join() === dataset.spec.environment.join()) {
      rig.world?.restore(environment);
      return;
    }
    this.host.notice(
      fault(
        'incompatible',
        'The demonstration does not say where things stood on this table: they stand somewhere new',
        'Choose the task it was recorded with on the Setup screen to replay it with its things in place.',
      ),
    );
  }

  #forget(): void {
    this.#off?.();
    this.#off = null;
    this.#now = null;
    this.host.changed();
  }
}

function assertSameJoints(dataset: Dataset, rig: Rig): void {
  const listed = (list: readonly { name: string; unit: string }[]) =>
    list.map((j) => `${j.name} (${j.unit})`).join(', ');
  const { joints, action = joints } = dataset.spec;
  const robot = listed(rig.robot.spec.joints);
  const other = [joints, action].map(listed).find((names) => names !== robot);
  if (other === undefined) return;
  throw fault(
    'incompatible',
    `These demonstrations move ${other}; this robot has ${robot}`,
    'Open the robot that they were recorded on.',
  );
}
