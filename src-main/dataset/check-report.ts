/** What a check has to say, line by line, and what follows from it for a repair. */
export interface CheckLine {
  readonly level: 'ok' | 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface CheckResult {
  readonly lines: readonly CheckLine[];
  /** Episodes whose rows or pictures are lost or cannot be trusted, by place. */
  readonly broken: readonly number[];
  /** Episodes whose rows are all there but counted wrongly: index, time or task columns. */
  readonly miscounted: readonly number[];
  /** Episodes whose own statistics are not those of their rows. */
  readonly mismeasured: readonly number[];
  /** Parts of `meta/` that can be made again from the rest. */
  readonly rebuild: ReadonlySet<'info' | 'tasks' | 'stats'>;
  /** Whether there is nothing that a repair could not put right. */
  readonly readable: boolean;
}

/** Lines of one kind are kept up to this many; the rest is counted. */
const MOST = 50;

/** Collects findings. Each episode is named once for each kind of trouble. */
export class Findings {
  readonly #lines: CheckLine[] = [];
  readonly #hidden = new Map<CheckLine['level'], number>();
  readonly broken = new Set<number>();
  readonly miscounted = new Set<number>();
  readonly mismeasured = new Set<number>();
  readonly rebuild = new Set<'info' | 'tasks' | 'stats'>();
  readable = true;

  say(level: CheckLine['level'], text: string): void {
    const same = this.#lines.filter((line) => line.level === level).length;
    if (same < MOST) this.#lines.push({ level, text });
    else this.#hidden.set(level, (this.#hidden.get(level) ?? 0) + 1);
  }

  get sound(): boolean {
    return this.#lines.every(({ level }) => level === 'ok' || level === 'info');
  }

  result(): CheckResult {
    const more = [...this.#hidden].map(([level, n]): CheckLine => ({ level, text: `… and ${n} more like these` }));
    const rank = { error: 0, warning: 1, info: 2, ok: 3 };
    const lines = [...this.#lines, ...more].sort((a, b) => rank[a.level] - rank[b.level]);
    const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
    return {
      lines,
      broken: sorted(this.broken),
      miscounted: sorted(this.miscounted).filter((index) => !this.broken.has(index)),
      mismeasured: sorted(this.mismeasured).filter((index) => !this.broken.has(index)),
      rebuild: this.rebuild,
      readable: this.readable,
    };
  }
}
