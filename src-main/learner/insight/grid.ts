/** Cells along the longer side of a picture. */
export const GRID = 24;

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** rows × columns, 0..1. */
  readonly values: Float32Array;
}

export const gridSize = (width: number, height: number): { columns: number; rows: number } => {
  const longer = Math.max(width, height);
  const along = (side: number): number => Math.max(1, Math.min(side, Math.round((GRID * side) / longer)));
  return { columns: along(width), rows: along(height) };
};

/**
 * Makes a map of single pixels, which is all grain, one that can be looked at: summed in cells, smoothed over their
 * neighbours (1 2 1, twice each way), and scaled so that its largest cell is 1. A map of zeros stays one.
 * @param pixels height × width, ≥ 0
 */
export function toGrid(pixels: Float32Array, width: number, height: number): Grid {
  const { columns, rows } = gridSize(width, height);
  const cells = new Float32Array(rows * columns);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor((x * columns) / width);
      cells[at] = (cells[at] as number) + (pixels[y * width + x] as number);
    }
  }
  const smooth = smoothed(smoothed(cells, columns, rows), columns, rows);
  const largest = smooth.reduce((a, b) => Math.max(a, b), 0);
  return { columns, rows, values: largest > 0 ? smooth.map((value) => value / largest) : smooth };
}

function smoothed(cells: Float32Array, columns: number, rows: number): Float32Array {
  const along = (from: Float32Array, length: number, step: number, at: number): number => {
    const place = Math.floor(at / step) % length;
    const here = from[at] as number;
    const before = place > 0 ? (from[at - step] as number) : here;
    const after = place < length - 1 ? (from[at + step] as number) : here;
    return (before + 2 * here + after) / 4;
  };
  const across = cells.map((_, at) => along(cells, columns, 1, at));
  return across.map((_, at) => along(across, rows, columns, at));
}
