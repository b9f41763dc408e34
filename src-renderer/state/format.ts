/** Numbers for people: short, with units, the same width from one moment to the next. */
export const seconds = (s: number): string => `${s.toFixed(1)} s`;

export function duration(s: number): string {
  if (!Number.isFinite(s)) return '–';
  const whole = Math.max(0, Math.round(s));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export function loss(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value >= 0.001 ? value.toFixed(4) : value.toExponential(2);
}

export function bytes(n: number): string {
  if (n < 1e6) return `${Math.max(n > 0 ? 1 : 0, Math.round(n / 1e3))} kB`;
  return n < 1e9 ? `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB` : `${(n / 1e9).toFixed(1)} GB`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

const WHOLE = new Intl.NumberFormat('en-US');
/** 10000 → `10,000`, the same everywhere. */
export const whole = (n: number): string => WHOLE.format(n);

export const count = (n: number, one: string, many = `${one}s`): string => `${whole(n)} ${n === 1 ? one : many}`;

/** `shoulder_pan` → `shoulder pan`. */
export const words = (name: string): string => name.replaceAll('_', ' ');

export function angle(value: number, unit: string): string {
  if (unit === 'rad') return `${((value * 180) / Math.PI).toFixed(1)}°`;
  if (unit === 'ratio') return percent(value);
  return `${(value * 1000).toFixed(1)} mm`;
}

export const clockTime = (iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleTimeString(undefined, { hour12: false });
};

// Made once: a formatter costs a thousand times what formatting does.
const DAY_TIME = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
export const dayTime = (iso: string): string => {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : DAY_TIME.format(date);
};
