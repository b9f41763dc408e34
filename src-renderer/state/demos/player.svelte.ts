import { advance, rowAt, type Speed } from './playback';
import type { Span } from './timeline';

/** One clock for all videos, the arm and the plot of one episode: each follows `time` and `row`. */
export class Player {
  /** Seconds into the episode. */
  time = $state(0);
  playing = $state(false);
  speed = $state<Speed>(1);
  loop = $state(false);
  /** The part that plays, and that "Keep this part" keeps. */
  kept = $state.raw<Span>({ from: 0, to: 0 });
  readonly row = $derived.by(() => rowAt(this.time, this.fps, this.rows));
  readonly trimmed = $derived.by(() => this.kept.from > 0 || this.kept.to < this.rows);

  constructor(
    readonly rows: number,
    readonly fps: number,
  ) {
    this.kept = { from: 0, to: rows };
  }

  seek(seconds: number): void {
    this.time = Math.max(0, Math.min(this.rows / this.fps, seconds));
  }

  /** To the beginning of a row, and stays there. */
  show(row: number): void {
    this.playing = false;
    this.time = Math.max(0, Math.min(this.rows - 1, row)) / this.fps;
  }

  step(rows: number): void {
    this.show(this.row + rows);
  }

  toggle(): void {
    if (!this.playing && this.row >= this.kept.to - 1) this.time = this.kept.from / this.fps;
    this.playing = !this.playing;
  }

  keep(from: number, to: number): void {
    const start = Math.max(0, Math.min(this.rows - 1, Math.round(from)));
    this.kept = { from: start, to: Math.max(start + 1, Math.min(this.rows, Math.round(to))) };
  }

  /** Plays on by so many real seconds. */
  advance(dt: number): void {
    const { from, to } = this.kept;
    // The last row is shown for its whole frame, but a stopped player stands on it, not behind it.
    const last = { from: from / this.fps, to: to / this.fps, loop: this.loop };
    const { time, ended } = advance(this.time, dt * this.speed, last);
    if (ended) this.show(to - 1);
    else this.time = time;
  }

  /** Runs while it plays; the returned function ends it. */
  run(): () => void {
    let last = performance.now();
    let frame = requestAnimationFrame(
      function turn(this: Player, now: number) {
        this.advance(Math.max(0, now - last) / 1000);
        last = now;
        frame = requestAnimationFrame(turn.bind(this));
      }.bind(this),
    );
    return () => cancelAnimationFrame(frame);
  }
}
