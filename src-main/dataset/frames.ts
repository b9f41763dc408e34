import { decodePackets, type Packet } from './decoder';
import { corrupt, folderFault } from './errors';

export interface FrameRequest {
  /** The segment of the file, seconds (see `Dataset.video`). */
  readonly from: number;
  readonly to: number;
  /** Frames in it: the episode's rows. */
  readonly count: number;
  /** Wanted size, pixels. */
  readonly width: number;
  readonly height: number;
  /** Called for k = 0 … count-1 in order; `rgb` is H × W × 3 bytes and overwritten by the next call. */
  readonly onFrame: (k: number, rgb: Uint8Array) => void;
}

/**
 * Decodes an episode's video to small RGB frames: area averages, colours by the file's own matrix and range. Rejects
 * with a `corrupt` fault when the file holds fewer frames than rows, so that a picture is never shown to the wrong row.
 */
export async function decodeFrames(file: string, request: FrameRequest): Promise<void> {
  const { from, to, count, width, height, onFrame } = request;
  const { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF } = await import('mediabunny');
  const input = new Input({ source: new FilePathSource(file), formats: [MP4, QTFF, MATROSKA] });
  const frame = (to - from) / count;
  let next = 0;
  try {
    const track = await input.getPrimaryVideoTrack();
    const config = await track?.getDecoderConfig();
    if (!track || !config) throw new Error('it has no video that can be decoded');
    const sink = new EncodedPacketSink(track);
    const packets = async function* (): AsyncGenerator<Packet> {
      const start = (await sink.getKeyPacket(from + frame / 2)) ?? (await sink.getFirstPacket()) ?? undefined;
      // Some way past the end, for the sake of videos whose packets are not in the order they are shown.
      for await (const packet of sink.packets(start)) {
        if (packet.timestamp > to + 16 * frame) return;
        yield { key: packet.type === 'key', time: Math.round(packet.timestamp * 1e6), data: packet.data };
      }
    };
    const description = config.description ? { description: bytes(config.description) } : {};
    const { codec, codedWidth, codedHeight } = config;
    await decodePackets(
      { codec, codedWidth, codedHeight, ...description },
      packets(),
      { width, height },
      ({ time, rgb }) => {
        const k = Math.round((time / 1e6 - from) / frame);
        if (k < 0) return true;
        if (k !== next) throw corrupt(file, `frame ${next} is missing or out of place`);
        onFrame(k, rgb);
        return ++next < count;
      },
    );
  } catch (error) {
    const fault = folderFault(error, `Reading ${file}`);
    throw fault.kind === 'internal'
      ? corrupt(file, error instanceof Error ? error.message : String(error), error)
      : fault;
  } finally {
    input.dispose();
  }
  if (next !== count) throw corrupt(file, `it holds ${next} frames for ${count} rows`);
}

const bytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
