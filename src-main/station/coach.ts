import { judgeTake, type TakeLengths } from '../coach/judge-take';
import { LiveTake } from '../coach/live';
import type { EpisodeDraft, EpisodeInfo } from '../core/episode';
import type { CoachState, RecordState } from '../core/state';
import type { RobotSpec, Tick } from '../core/types';

export interface CoachHost {
  phase(): RecordState['phase'];
  robot(): RobotSpec | null;
  /** Rows that the loop was too late for, so far. */
  gaps(): number;
  /** The take in review. */
  take(): EpisodeDraft | null;
  /** Demonstrations that are there already. */
  siblings(): readonly EpisodeInfo[];
  readonly fps: number;
}

/** Milliseconds between two opinions while a take grows. */
const OPINION = 250;

/** Says how good the take under way is, and in review how good it was. A bounded amount of work a tick. */
export class Coach {
  #take: LiveTake | null = null;
  #last = Number.NEGATIVE_INFINITY;
  #said: { readonly at: number; readonly phase: RecordState['phase']; readonly state: CoachState } | null = null;

  constructor(private readonly host: CoachHost) {}

  onTick({ t, seen, sent, clamped }: Tick): void {
    if (this.host.phase() !== 'recording') return;
    const robot = this.host.robot();
    if (!robot) return;
    const { fps } = this.host;
    if (!this.#take) {
      this.#take = new LiveTake(robot.joints, fps);
      this.#last = Number.NEGATIVE_INFINITY;
    }
    // Ticks come about twice as often as rows; a quarter of a row's time is what a loop jitters.
    if (t - this.#last < 0.75 / fps) return;
    this.#last = t;
    this.#take.add({ state: seen, action: sent, rule: clamped[0]?.rule ?? null });
  }

  /** null outside of a take. */
  state(now = performance.now()): CoachState | null {
    const phase = this.host.phase();
    if (phase === 'idle' || phase === 'countdown') {
      this.#take = null;
      this.#said = null;
      return null;
    }
    if (!this.#take) return null;
    const said = this.#said;
    // In review nothing changes any more.
    const fresh = said?.phase === phase && (phase !== 'recording' || now - said.at < OPINION);
    if (said && fresh) return said.state;
    const state = this.#judge(this.#take, phase);
    this.#said = { at: now, phase, state };
    return state;
  }

  #judge(take: LiveTake, phase: RecordState['phase']): CoachState {
    const draft = phase === 'recording' ? null : this.host.take();
    const lengths = draft ? this.#lengths(draft) : null;
    return judgeTake(take, { gaps: this.host.gaps(), draft, lengths });
  }

  #lengths(draft: EpisodeDraft): TakeLengths {
    return { task: draft.task, siblings: this.host.siblings() };
  }
}
