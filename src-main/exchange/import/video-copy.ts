import type { EncodedFrame, EncodedVideo } from '../../core/episode';
import { decodeAll } from './decode';
import { broken, VIDEO_BUDGET } from './limits';
import type { Place, Sink, Track, VideoRequest } from './video';

/**
 * Frames as they are, where frame k is row k and our datasets can hold them (H.264 without reordering, at one rate);
 * otherwise null. Each is decoded once: a video that is damaged must not become part of a dataset.
 */
export async function copied(
  file: string,
  track: Track,
  sink: Sink,
  places: readonly Place[],
  request: VideoRequest,
): Promise<EncodedVideo | null> {
  const { width, height, times, from } = request;
  if (track.codec !== 'avc' || places.length !== times.length || !places[0]?.key) return null;
  if (track.codedWidth !== width || track.codedHeight !== height) return null;
  const first = places[0].shown;
  const period = ((places.at(-1)?.shown ?? first) - first) / Math.max(1, places.length - 1);
  const steady = places.every(({ shown }, k) => Math.abs(shown - first - k * period) <= period / 4);
  const bytes = places.reduce((sum, place) => sum + place.bytes, 0);
  const config = await track.getDecoderConfig();
  if (!steady || bytes > VIDEO_BUDGET || !config?.description) return null;
  const frames: EncodedFrame[] = [];
  const start = from === undefined ? null : await sink.getKeyPacket(first);
  for await (const packet of sink.packets(start ?? undefined)) {
    if (frames.length === places.length) break;
    if (packet.timestamp < first) continue;
    const k = frames.length;
    if (!wellFormed(packet.data, lengthSize(config.description)))
      throw broken(file, `frame ${k} of its video is damaged`);
    frames.push({ key: packet.type === 'key', data: packet.data, t: times[k] ?? 0 });
  }
  if (frames.length !== places.length)
    throw broken(file, `it holds only ${frames.length} of the ${places.length} frames that its index names`);
  const packets = async function* () {
    for (const [k, { key, data }] of frames.entries())
      yield { type: key ? ('key' as const) : ('delta' as const), timestamp: k / request.fps, data };
  };
  let pictures = 0;
  await decodeAll(file, config, packets(), { width, height }, async () => {
    pictures++;
    return true;
  });
  if (pictures !== frames.length) throw broken(file, `only ${pictures} of its ${frames.length} frames can be decoded`);
  return { width, height, codec: config.codec, description: viewOf(config.description), frames };
}

const viewOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

/** Bytes of the length before each unit of a frame (ISO 14496-15, 5.3.3.1). */
const lengthSize = (description: AllowSharedBufferSource): number => ((viewOf(description)[4] ?? 3) & 3) + 1;

/** Whether a frame is made of whole units, one after the other. */
function wellFormed(data: Uint8Array, size: number): boolean {
  let at = 0;
  while (at + size < data.length) {
    let length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (data[at + i] as number);
    if (length === 0) return false;
    at += size + length;
  }
  return at === data.length && at > 0;
}
