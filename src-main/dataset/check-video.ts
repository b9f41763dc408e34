import { toFault } from '../core/fault';
import type { Findings } from './check-report';
import { TOLERANCE } from './check-rows';
import { decodeFrames } from './frames';
import { withVideo } from './segment';
import { type Content, recordAt, type Store } from './store';

/**
 * Looks at the pictures of an episode: is frame k there and shown at from + k / fps? `deep` decodes every one. One
 * camera's trouble is enough to call the episode broken: its rows and pictures do not belong together any more.
 */
export async function checkVideos(
  store: Store,
  content: Content,
  index: number,
  deep: boolean,
  found: Findings,
): Promise<void> {
  const record = recordAt(content, index);
  for (const [camera, clip] of Object.entries(record.videos)) {
    const file = store.absolute(store.videoPath(camera, clip));
    try {
      if (!(await store.files.exists(file))) throw new Error(`${file} is missing`);
      const wrong = await timing(file, clip.from, record.length, store.spec.fps);
      if (wrong) throw new Error(`${file}: ${wrong}`);
      if (deep) {
        const size = { width: 32, height: 24 };
        await decodeFrames(file, {
          ...size,
          from: clip.from,
          to: clip.to,
          count: record.length,
          onFrame: () => undefined,
        });
      }
    } catch (error) {
      found.broken.add(index);
      found.say(
        'error',
        `The pictures of ${camera} of demonstration ${index} are broken: ${plain(toFault(error).message)}`,
      );
    }
  }
}

/** The video reader's own checks speak of themselves, not of the file. */
const plain = (message: string): string => message.replace(/Assertion failed\.?/, 'it is not a whole video file');

/** What is wrong with the times of a segment's frames, in words; null when nothing is. */
function timing(file: string, from: number, count: number, fps: number): Promise<string | null> {
  return withVideo(file, async ({ packets }) => {
    const end = from + (count - 0.5) / fps;
    const times: number[] = [];
    let past = 0;
    for await (const { time } of packets(from + 0.5 / fps)) {
      const t = time / 1e6;
      // Some way past the end, for the sake of videos whose packets are not in the order they are shown.
      if (t > end && past++ > 32) break;
      if (t > from - 0.5 / fps && t <= end) times.push(t);
    }
    times.sort((a, b) => a - b);
    if (times.length !== count) return `it shows ${times.length} frames for ${count} rows`;
    const k = times.findIndex((t, i) => Math.abs(t - from - i / fps) > TOLERANCE);
    return k < 0
      ? null
      : `frame ${k} is shown at ${(times[k] ?? 0).toFixed(4)} s instead of ${(from + k / fps).toFixed(4)} s`;
  });
}
