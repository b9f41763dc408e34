/** What one USB 2 bus carries in isochronous transfers, bytes a second; cameras on one controller share it. */
export const USB2 = 35e6;
/** Below this share of the asked rate a camera counts as slow. */
const SHORT = 0.85;

export interface Load {
  readonly slot: string;
  readonly width: number;
  readonly height: number;
  /** Pictures a second asked for. */
  readonly fps: number;
  /** Pictures a second that came; null while it is not known. */
  readonly measured: number | null;
}

/** Uncompressed YUYV: two bytes a pixel. */
const bytesOf = ({ width, height, fps }: Load): number => width * height * 2 * fps;

export interface BusAdvice {
  /** `short`: pictures are missing now. `tight`: they may be, where the cameras send uncompressed. */
  readonly level: 'short' | 'tight';
  readonly message: string;
  readonly tip: string;
}

/** What to say of several cameras' load; null when all is well. One camera alone may be slow for lack of light. */
export function busAdvice(loads: readonly Load[]): BusAdvice | null {
  const slow = loads.filter((l) => l.measured !== null && l.measured < SHORT * l.fps);
  const total = loads.reduce((sum, load) => sum + bytesOf(load), 0);
  if (slow.length > 0) {
    const figures = slow.map((l) => `“${l.slot}” gives ${(l.measured ?? 0).toFixed(1)} of ${l.fps}`).join(', ');
    const alone = loads.length === 1;
    return {
      level: 'short',
      message: `Too few pictures a second: ${figures}`,
      tip: alone
        ? 'Give it more light or lock a shorter exposure, or ask for a smaller picture.'
        : 'Plug the cameras into ports of different USB controllers (not one hub), or choose a smaller picture or a lower rate. In a dark room, lock a shorter exposure.',
    };
  }
  if (loads.length < 2 || total <= USB2) return null;
  return {
    level: 'tight',
    message: `${loads.length} cameras want ${Math.round(total / 1e6)} MB/s uncompressed; one USB 2 bus carries about ${USB2 / 1e6}`,
    tip: 'If pictures are lost, plug them into different USB controllers, or choose a smaller picture or a lower rate.',
  };
}
