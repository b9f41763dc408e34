import type { Unsubscribe } from '../../src-main/core/types';

export interface PadReading {
  readonly id: string;
  readonly axes: number[];
  readonly buttons: number[];
}

/** The part of the Gamepad API that is read here. */
export interface PadLike {
  readonly id: string;
  readonly connected: boolean;
  readonly mapping: string;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly value: number }[];
}

const round = (v: number): number => Math.round(Math.max(-1, Math.min(1, Number.isFinite(v) ? v : 0)) * 1000) / 1000;

/** The first connected pad, a standard-mapped one before others, within the wire's bounds. */
export function readPad(pads: readonly (PadLike | null)[]): PadReading | null {
  const present = pads.filter((p): p is PadLike => p?.connected === true);
  const pad = present.find((p) => p.mapping === 'standard') ?? present[0];
  if (!pad) return null;
  return {
    id: pad.id.slice(0, 200),
    axes: pad.axes.slice(0, 16).map(round),
    buttons: pad.buttons.slice(0, 32).map((b) => Math.max(0, round(b.value))),
  };
}

const same = (a: PadReading | null, b: PadReading | null): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Milliseconds: main takes a pad that says nothing for 250 ms for gone, so that a hung page cannot keep pushing. */
const HEARTBEAT = 120;

/** Says what the pad does when it changes and while it is there now and then, and `null` once when it goes away. */
export class PadCollector {
  #last: PadReading | null = null;
  #said = Number.NEGATIVE_INFINITY;

  constructor(
    readonly report: (pad: PadReading | null) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  see(pads: readonly (PadLike | null)[]): void {
    this.#update(readPad(pads));
  }

  clear(): void {
    this.#update(null);
  }

  #update(reading: PadReading | null): void {
    const due = reading !== null && this.now() - this.#said >= HEARTBEAT;
    if (!due && same(reading, this.#last)) return;
    this.#last = reading;
    this.#said = this.now();
    this.report(reading);
  }
}

/** Polls once a frame; a hidden page drives nothing. */
export function pollPads(collector: PadCollector): Unsubscribe {
  let frame = 0;
  const turn = () => {
    collector.see(navigator.getGamepads());
    frame = requestAnimationFrame(turn);
  };
  const hide = () => {
    if (document.visibilityState === 'hidden') collector.clear();
  };
  document.addEventListener('visibilitychange', hide);
  frame = requestAnimationFrame(turn);
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener('visibilitychange', hide);
  };
}
