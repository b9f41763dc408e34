/** Pixels left and right of everything that has time on its x axis, so that plot and timeline stand exactly below each other. */
export const GUTTER = { left: 46, right: 12 } as const;
