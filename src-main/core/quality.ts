/** How good a demonstration is to learn from, and why. Computed by `coach/`; 100 is spotless. */

export const QUALITY_KINDS = [
  'idle', // nothing moves: pauses at the start, the end or in between
  'jerk', // shaky motion
  'saturation', // commands at full speed or at a joint's limit
  'clipped', // the clamp changed the command
  'dropped', // rows missing in time, late pictures
  'frozen', // a picture that does not change while the arm moves
  'blur',
  'dark',
  'bright', // over-exposed
  'length', // much shorter or longer than its siblings
  'label', // not judged, or at odds with its siblings
  'swapped', // cameras seem to have changed places
] as const;
export type QualityKind = (typeof QUALITY_KINDS)[number];

export interface QualityReason {
  readonly kind: QualityKind;
  /** Points it costs, > 0. */
  readonly cost: number;
  /** One sentence with the figure in it: "31 % of it stands still". */
  readonly message: string;
  /** What to do about it. */
  readonly tip: string;
  /** Rows it concerns, when it is about a part (from, to): an offer to trim. */
  readonly rows?: readonly [number, number];
}

export interface EpisodeQuality {
  readonly id: string;
  /** 0–100. */
  readonly score: number;
  /** Most costly first. */
  readonly reasons: readonly QualityReason[];
  /** Measured values by name, for the curious: idleShare, jerk, … */
  readonly figures: Readonly<Record<string, number>>;
}

/** "Record these next": advice for the whole dataset, most useful first. */
export interface Advice {
  readonly title: string;
  readonly text: string;
  /** Episodes it speaks of, by id. */
  readonly episodes: readonly string[];
}

export interface DatasetQuality {
  readonly episodes: readonly EpisodeQuality[];
  readonly advice: readonly Advice[];
  /** Start positions seen, for a small map: one point an episode (first two axes of greatest spread, robot units). */
  readonly coverage: {
    readonly axes: readonly string[];
    readonly points: readonly { readonly id: string; readonly at: readonly number[] }[];
    /** Where a start is missing most, same axes; empty when covered. */
    readonly gaps: readonly (readonly number[])[];
  };
  /** Episodes not yet looked at (the work goes on in the background). */
  readonly pending: number;
}
