/** Something a person should know about their cameras, and what they can do about it with one click. */
export interface Notice {
  /** One condition, one key: it is told once however long it lasts. */
  readonly key: string;
  /** `hint`: only where cameras are set up. */
  readonly level: 'warning' | 'hint';
  readonly message: string;
  readonly tip: string;
  readonly actions?: readonly { readonly label: string; readonly run: () => void }[];
}

/** Seconds a condition lasts before it is told, stays told after it ended, and rests after a person put it away. */
const HOLD = 2;
const LINGER = 3;
const REST = 120;

interface Entry {
  notice: Notice;
  since: number;
  seen: number;
  shown: boolean;
  hiddenAt: number | null;
}

/** Turns conditions that flicker into notices that do not. */
export class NoticeBoard {
  readonly #entries = new Map<string, Entry>();

  /** What holds at `now` (seconds); answers what is to be shown, in the order in which it came. */
  update(active: readonly Notice[], now: number): readonly Notice[] {
    for (const notice of active) {
      const entry = this.#entries.get(notice.key);
      if (!entry) {
        this.#entries.set(notice.key, { notice, since: now, seen: now, shown: false, hiddenAt: null });
        continue;
      }
      if (!entry.shown && now - entry.seen > LINGER) entry.since = now;
      entry.notice = notice;
      entry.seen = now;
      if (now - entry.since >= HOLD) entry.shown = true;
    }
    for (const [key, entry] of this.#entries) {
      if (now - entry.seen <= LINGER) continue;
      entry.shown = false;
      const resting = entry.hiddenAt !== null && now - entry.hiddenAt < REST;
      if (!resting) this.#entries.delete(key);
    }
    return this.#shown();
  }

  /** The person has read it. It comes back when it ends and, after a rest, begins again. */
  hide(key: string, now: number): readonly Notice[] {
    const entry = this.#entries.get(key);
    if (entry) entry.hiddenAt = now;
    return this.#shown();
  }

  #shown(): readonly Notice[] {
    return [...this.#entries.values()].filter((e) => e.shown && e.hiddenAt === null).map((e) => e.notice);
  }
}
