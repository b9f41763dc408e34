type Point = readonly [number, number];

const turn = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/** Convex hull, counter-clockwise (A. M. Andrew's monotone chain, 1979). */
export function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const p of list) {
      while (chain.length >= 2 && turn(chain[chain.length - 2] as Point, chain[chain.length - 1] as Point, p) <= 0)
        chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

export const inHull = (border: readonly Point[], p: Point): boolean =>
  border.length >= 3 && border.every((a, i) => turn(a, border[(i + 1) % border.length] as Point, p) >= 0);

/** Shoelace formula. */
export const area = (border: readonly Point[]): number =>
  border.reduce((sum, a, i) => {
    const b = border[(i + 1) % border.length] as Point;
    return sum + a[0] * b[1] - b[0] * a[1];
  }, 0) / 2;
