import type { EncodedVideo } from '../../core/episode';
import { FaultError } from '../../core/fault';
import { decodeAll } from './decode';
import { broken, checkPicture, even, MAX_ROWS, strange } from './limits';
import { PictureEncoder } from './picture-encoder';
import type { Step } from './types';
import { copied } from './video-copy';

export interface VideoRequest {
  /** The part of the file that is this episode's, seconds; the whole file when absent. */
  readonly from?: number;
  readonly to?: number;
  /** Wanted size, even. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly cameras: number;
  /** When each row was recorded, seconds: one frame for each. */
  readonly times: readonly number[];
}

export type Media = typeof import('mediabunny');
export type Track = NonNullable<Awaited<ReturnType<InstanceType<Media['Input']>['getPrimaryVideoTrack']>>>;

/** One packet's place: `shown` is when its picture appears, seconds. */
export interface Place {
  readonly key: boolean;
  readonly shown: number;
  readonly bytes: number;
}

/** Opens a video file, whatever is wrong with it being a fault that names it. */
export async function withVideo<T>(file: string, work: (track: Track, media: Media) => Promise<T>): Promise<T> {
  const media = await import('mediabunny');
  const { FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } = media;
  const input = new Input({ source: new FilePathSource(file), formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw broken(file, 'it has no video');
    if (!track.codec) throw strange(file, 'its video codec is not known', 'Convert it to H.264 in an MP4 file.');
    return await work(track, media);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    // What the library says is meant for its authors; it stays in the cause.
    throw broken(file, 'it is damaged, or no video', error);
  } finally {
    input.dispose();
  }
}

/** Width and height of a video file, pixels. */
export const videoSize = (file: string): Promise<{ width: number; height: number }> =>
  withVideo(file, async ({ codedWidth: width, codedHeight: height }) => {
    checkPicture(file, width, height);
    return { width, height };
  });

/**
 * An episode's video with exactly one frame a row. Copied as it is where frame k already is row k in H.264 without
 * reordering; otherwise decoded and encoded again. With as many frames as rows, frame k is row k; with another number,
 * a row gets the picture that was shown at its time.
 */
export const takeVideo = (file: string, request: VideoRequest, step: Step): Promise<EncodedVideo> =>
  withVideo(file, async (track, media) => {
    const { width, height } = request;
    checkPicture(file, track.codedWidth, track.codedHeight);
    if (even(track.codedWidth) !== width || even(track.codedHeight) !== height) {
      const tip = 'Import episodes with other pictures into a dataset of their own.';
      throw strange(file, `its pictures are ${track.codedWidth}×${track.codedHeight}, not ${width}×${height}`, tip);
    }
    const sink = new media.EncodedPacketSink(track);
    const places = await segment(file, sink, request);
    return (
      (await copied(file, track, sink, places, request)) ??
      (await encodedAgain(file, track, sink, places, request, step))
    );
  });

export type Sink = InstanceType<Media['EncodedPacketSink']>;

/** The packets of the segment in decoding order, without their data. */
async function segment(file: string, sink: Sink, { from, to, times }: VideoRequest): Promise<Place[]> {
  const places: Place[] = [];
  const most = 4 * Math.max(MAX_ROWS / 4, times.length);
  const slack = from === undefined || to === undefined ? 0 : (to - from) / Math.max(1, times.length) / 2;
  const start = from === undefined ? null : await sink.getKeyPacket(from + slack, { metadataOnly: true });
  let past = 0;
  for await (const packet of sink.packets(start ?? undefined, undefined, { metadataOnly: true })) {
    const late = to !== undefined && packet.timestamp > to - slack;
    // Some way past the end: pictures may be stored in another order than they are shown.
    if (late && past++ > 32) break;
    if (late || (from !== undefined && packet.timestamp < from - slack)) continue;
    places.push({ key: packet.type === 'key', shown: packet.timestamp, bytes: packet.byteLength });
    if (places.length > most) throw strange(file, `it has more than ${most} frames`, 'Split it into shorter episodes.');
  }
  if (places.length === 0) throw broken(file, 'it has no frames');
  return places;
}

/** For each row the number of the picture it gets, in the order they are shown. */
function chosen(file: string, shown: readonly number[], times: readonly number[]): number[] {
  if (shown.length === times.length) return times.map((_, k) => k);
  const first = shown[0] ?? 0;
  const start = times[0] ?? 0;
  const long = [times.at(-1) ?? 0, shown.at(-1) ?? 0].map((end, i) => end - (i === 0 ? start : first)) as [
    number,
    number,
  ];
  if (Math.abs(long[0] - long[1]) > Math.max(0.5, long[0] * 0.05)) {
    const lengths = `its video lasts ${long[1].toFixed(1)} s, its rows ${long[0].toFixed(1)} s`;
    throw broken(file, `${lengths}, and it has ${shown.length} frames for ${times.length} rows`);
  }
  const half = long[1] / Math.max(1, shown.length - 1) / 2;
  let j = 0;
  return times.map((t) => {
    while (j + 1 < shown.length && (shown[j + 1] as number) - first <= t - start + half) j++;
    return j;
  });
}

async function encodedAgain(
  file: string,
  track: Track,
  sink: Sink,
  places: readonly Place[],
  request: VideoRequest,
  step: Step,
): Promise<EncodedVideo> {
  const { times, fps, cameras, width, height, from } = request;
  const config = await track.getDecoderConfig();
  if (!config) throw strange(file, `its codec ${track.codec} cannot be decoded`, 'Convert it to H.264 in an MP4 file.');
  const shown = places.map((place) => place.shown).sort((a, b) => a - b);
  const wanted = chosen(file, shown, times);
  const last = shown.at(-1) ?? 0;
  const packets = async function* () {
    const start = from === undefined ? null : await sink.getKeyPacket(shown[0] ?? 0);
    let past = 0;
    for await (const packet of sink.packets(start ?? undefined)) {
      if (packet.timestamp > last + 1e-6 && past++ > 32) return;
      yield packet;
    }
  };
  const encoder = await PictureEncoder.open({ file, width, height, fps, frames: times.length, cameras });
  let row = 0;
  let picture = 0;
  try {
    await decodeAll(file, config, packets(), { width, height }, async (planes, time) => {
      if (time < (shown[0] ?? 0) - 1e-4) return true;
      for (; row < times.length && wanted[row] === picture; row++) await encoder.add(row, planes);
      picture++;
      step(row / times.length);
      return row < times.length;
    });
    if (row < times.length) throw broken(file, `only ${picture} of its ${shown.length} frames can be decoded`);
    return await encoder.finish(times);
  } finally {
    encoder.close();
  }
}
