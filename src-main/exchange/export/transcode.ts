import type { EncodedVideo } from '../../core/episode';
import { corrupt } from '../../dataset/errors';
import { withVideo } from '../../dataset/segment';
import { decodeAll } from '../import/decode';
import { even } from '../import/limits';
import { PictureEncoder } from '../import/picture-encoder';
import type { JobWatch } from '../job';
import { goOn } from '../watch';
import type { ClipRequest } from './clip';

export interface Retiming {
  /** New frame j shows recorded picture `picks[j]`; ascending. A picture may be shown twice or not at all. */
  readonly picks: readonly number[];
  /** Of the new video. */
  readonly fps: number;
  /** Cameras of the episode: they share a budget of bytes. */
  readonly cameras: number;
}

/**
 * The clip encoded anew as constant-rate H.264 that begins with a key frame. A few decoded pictures are in memory,
 * however long it is. Rejects with `corrupt` when a picture is missing.
 */
export function transcode(
  { segment, frames, taken }: ClipRequest,
  { picks, fps, cameras }: Retiming,
  watch: JobWatch,
): Promise<EncodedVideo> {
  const { file, from, to } = segment;
  const step = (to - from) / frames;
  return withVideo(file, async ({ config, packets }) => {
    const size = { width: even(config.width), height: even(config.height) };
    const encoder = await PictureEncoder.open({ file, ...size, fps, frames: picks.length, cameras });
    const wanted = async function* () {
      for await (const { key, time, data } of packets(from + step / 2)) {
        // Some way past the end, for the sake of videos whose packets are not in the order they are shown.
        if (time / 1e6 > to + 16 * step) return;
        yield { type: key ? ('key' as const) : ('delta' as const), timestamp: time / 1e6, data };
      }
    };
    let next = 0;
    let j = 0;
    try {
      await decodeAll(file, config, wanted(), size, async (planes, time) => {
        goOn(watch);
        const k = Math.round((time - from) / step);
        if (k < 0) return true;
        if (k !== next) throw corrupt(file, `frame ${next} is missing or out of place`);
        for (; picks[j] === k; j++) await encoder.add(j, planes);
        next++;
        return j < picks.length;
      });
      if (j < picks.length) throw corrupt(file, `it holds ${next} pictures for ${frames} rows`);
      return await encoder.finish(picks.map((pick) => taken[pick] ?? 0));
    } finally {
      encoder.close();
    }
  });
}
