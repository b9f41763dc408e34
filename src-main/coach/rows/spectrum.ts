/** Radix-2 fast Fourier transform in place (Cooley & Tukey 1965); the length is a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j] as number, re[i] as number];
    [im[i], im[j]] = [im[j] as number, im[i] as number];
  }
  for (let size = 2; size <= n; size *= 2) {
    const angle = (-2 * Math.PI) / size;
    for (let at = 0; at < n; at += size) {
      for (let k = 0; k < size / 2; k++) {
        const [cos, sin] = [Math.cos(angle * k), Math.sin(angle * k)];
        const [i, j] = [at + k, at + k + size / 2];
        const [a, b, c, d] = [re[i] as number, im[i] as number, re[j] as number, im[j] as number];
        const [x, y] = [c * cos - d * sin, c * sin + d * cos];
        [re[i], im[i], re[j], im[j]] = [a + x, b + y, a - x, b - y];
      }
    }
  }
}

export interface Spectrum {
  /** |X(f)| at f = k × `step` Hz, up to half the rate. */
  readonly magnitude: Float64Array;
  readonly step: number;
}

/** Magnitudes of `values` under a Hann window, padded with zeros to 2^`pad` times the next power of two. */
export function spectrum(values: Float64Array, rate: number, pad: number): Spectrum {
  const n = 2 ** (Math.ceil(Math.log2(Math.max(2, values.length))) + pad);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const last = Math.max(1, values.length - 1);
  for (let k = 0; k < values.length; k++) {
    re[k] = (values[k] as number) * (0.5 - 0.5 * Math.cos((2 * Math.PI * k) / last));
  }
  transform(re, im);
  const magnitude = new Float64Array(n / 2 + 1);
  for (let k = 0; k < magnitude.length; k++) magnitude[k] = Math.hypot(re[k] as number, im[k] as number);
  return { magnitude, step: rate / n };
}

/** Windows of `seconds` that overlap by half; one window when the values are fewer. */
export function* windows(values: Float64Array, rate: number, seconds: number): Generator<Float64Array> {
  const size = Math.round(seconds * rate);
  if (values.length <= size) {
    yield values;
    return;
  }
  const hop = Math.max(1, Math.floor(size / 2));
  for (let at = 0; at + size <= values.length; at += hop) yield values.subarray(at, at + size);
}
