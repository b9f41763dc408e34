/** Which rows of a long list must be in the page. Heights in pixels. */
export interface Window {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

export function windowOf(scroll: number, height: number, row: number, count: number, spare = 4): Window {
  const first = Math.max(0, Math.min(count, Math.floor(scroll / row) - spare));
  const end = Math.max(first, Math.min(count, Math.ceil((scroll + height) / row) + spare));
  return { first, end };
}

/** How far to scroll so that row `at` is whole in sight; the present scroll when it is. */
export function scrollTo(at: number, scroll: number, height: number, row: number): number {
  if (at * row < scroll) return at * row;
  if ((at + 1) * row > scroll + height) return (at + 1) * row - height;
  return scroll;
}
