/** A range as `getCapabilities` gives it. */
export interface Span {
  readonly min?: number;
  readonly max?: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SIZES: readonly Size[] = [
  { width: 320, height: 240 },
  { width: 424, height: 240 },
  { width: 640, height: 360 },
  { width: 640, height: 480 },
  { width: 800, height: 600 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
const RATES = [10, 15, 20, 24, 25, 30, 60, 90, 120];

const within = (value: number, { min = 0, max = Number.POSITIVE_INFINITY }: Span) => value >= min && value <= max;

/** The common sizes a camera can give, and the present one. */
export function sizesFor(width: Span, height: Span, present: Size): readonly Size[] {
  const fitting = SIZES.filter((size) => within(size.width, width) && within(size.height, height));
  const known = fitting.some((s) => s.width === present.width && s.height === present.height);
  return known ? fitting : [...fitting, present].sort((a, b) => a.width * a.height - b.width * b.height);
}

/** The common rates a camera can give, and the present one. Cameras that say 29.97 mean 30. */
export function ratesFor(span: Span, present: number): readonly number[] {
  const wide = { min: span.min, max: span.max === undefined ? undefined : span.max + 0.5 };
  const fitting = RATES.filter((rate) => within(rate, wide));
  return fitting.includes(present) ? fitting : [...fitting, present].sort((a, b) => a - b);
}
