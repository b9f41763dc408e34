/** What a picture looks like from afar: enough to tell two cameras' views apart, too coarse to see what moved. */
export interface Signature {
  /** COLUMNS × ROWS × 3, brightness removed: mean 0, deviation 1 over the picture (0 where it is plain). */
  readonly thumb: Float32Array;
  /** 4 × 4 × 4 colours, shares that sum to 1. */
  readonly colours: Float32Array;
}

export const COLUMNS = 16;
export const ROWS = 12;
const BINS = 4;

/** `rgb`: a picture of COLUMNS × ROWS, 3 bytes a pixel. */
export function signatureOf(rgb: Uint8Array): Signature {
  const thumb = Float32Array.from(rgb);
  const mean = thumb.reduce((sum, v) => sum + v, 0) / thumb.length;
  const deviation = Math.sqrt(thumb.reduce((sum, v) => sum + (v - mean) ** 2, 0) / thumb.length);
  for (let i = 0; i < thumb.length; i++) thumb[i] = ((thumb[i] as number) - mean) / Math.max(deviation, 4);
  const colours = new Float32Array(BINS ** 3);
  const share = 3 / rgb.length;
  const bin = (value: number) => Math.min(BINS - 1, Math.floor((value * BINS) / 256));
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const at = (bin(rgb[i] as number) * BINS + bin(rgb[i + 1] as number)) * BINS + bin(rgb[i + 2] as number);
    colours[at] = (colours[at] as number) + share;
  }
  return { thumb, colours };
}

/** 0 = alike; about 1 = nothing in common. */
export function difference(a: Signature, b: Signature): number {
  let shape = 0;
  for (let i = 0; i < a.thumb.length; i++) shape += Math.abs((a.thumb[i] as number) - (b.thumb[i] as number));
  let colour = 0;
  for (let i = 0; i < a.colours.length; i++) colour += Math.abs((a.colours[i] as number) - (b.colours[i] as number));
  return 0.7 * (shape / a.thumb.length) + 0.3 * (colour / 2);
}

/** A permuted fit must beat the present one by this much, in sum and a camera, before a person is asked. */
const RATIO = 0.7;
const MARGIN = 0.12;
/** All orders of so many cameras are tried; nobody has more. */
const MOST = 6;

/**
 * Whether the cameras seem to have changed places since `then`: for each slot whose picture now fits another slot's
 * old one, that other slot. null when they are in place, or when it cannot be told.
 */
export function changedPlaces(
  now: ReadonlyMap<string, Signature>,
  then: ReadonlyMap<string, Signature>,
): ReadonlyMap<string, string> | null {
  const slots = [...now.keys()].filter((slot) => then.has(slot));
  if (slots.length < 2 || slots.length > MOST) return null;
  const cost = (seen: string, as: string) => difference(now.get(seen) as Signature, then.get(as) as Signature);
  const costs = slots.map((seen) => slots.map((as) => cost(seen, as)));
  const total = (order: readonly number[]) => order.reduce((sum, as, seen) => sum + (costs[seen]?.[as] as number), 0);
  const present = total(slots.map((_, i) => i));
  const best = orders(slots.length).reduce((a, b) => (total(b) < total(a) ? b : a));
  const moved = slots.flatMap((slot, i) =>
    best[i] === i ? [] : [[slot, slots[best[i] as number] as string] as const],
  );
  if (moved.length === 0) return null;
  if (total(best) > RATIO * present || present - total(best) < MARGIN * moved.length) return null;
  return new Map(moved);
}

function orders(n: number): readonly (readonly number[])[] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  );
}
