/** How every video of ours is encoded, by the page and by Node alike. */

/** A key frame every so many frames: seeking in an episode decodes at most this many. */
export const GROUP = 10;

/** Bits a second. About half a bit a pixel: the policy looks at these pictures, so they must not smear. */
export const bitrateOf = (
  { width, height }: { readonly width: number; readonly height: number },
  fps: number,
): number => Math.max(600_000, Math.round(width * height * fps * 0.5));
