import type { VideoSegment } from '../../core/episode';
import { decodePackets, type Packet } from '../../dataset/decoder';
import { lumaOf, type Sample } from './picture';

/** Pictures looked at in one episode, and their width: some tenths of a second of work, whatever its length. */
const SAMPLES = 8;
const WIDTH = 320;

export interface SampleRequest extends VideoSegment {
  /** Rows of the episode. */
  readonly rows: number;
  /** Size of the camera's pictures. */
  readonly width: number;
  readonly height: number;
}

/**
 * Luma of a few pictures spread over an episode. Only key frames are looked at, for they are decoded without the others;
 * a recording with few of them gives few samples. Rejects when the file cannot be read.
 */
export async function samplePictures(request: SampleRequest): Promise<Sample[]> {
  const { file, from, to, rows } = request;
  const { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF } = await import('mediabunny');
  const input = new Input({ source: new FilePathSource(file), formats: [MP4, QTFF, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    const config = await track?.getDecoderConfig();
    if (!track || !config) return [];
    const sink = new EncodedPacketSink(track);
    const frame = (to - from) / rows;
    const packets = new Map<number, Packet>();
    for (let n = 0; n < SAMPLES; n++) {
      const at = from + ((to - from) * (n + 0.5)) / SAMPLES;
      const packet = await sink.getKeyPacket(n === 0 ? from + frame / 2 : at);
      if (!packet || packet.timestamp < from - frame / 2) continue;
      const row = Math.min(rows - 1, Math.max(0, Math.round((packet.timestamp - from) / frame)));
      packets.set(row, { key: true, time: row, data: packet.data });
    }
    const { codec, codedWidth, codedHeight, description } = config;
    const width = Math.max(16, Math.min(WIDTH, request.width));
    const height = Math.max(12, Math.round((width * request.height) / request.width));
    const samples: Sample[] = [];
    await decodePackets(
      { codec, codedWidth, codedHeight, ...(description && { description: bytes(description) }) },
      [...packets.values()].sort((a, b) => a.time - b.time),
      { width, height },
      ({ time, rgb }) => {
        samples.push({ row: time, width, height, luma: lumaOf(rgb) });
        return true;
      },
    );
    return samples;
  } finally {
    input.dispose();
  }
}

const bytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
