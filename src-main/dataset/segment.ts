import type { DecoderConfig, Packet } from './decoder';
import { corrupt, folderFault } from './errors';

/** A part of a video file that shows `count` frames, frame k at `from` + k / fps. */
export interface Segment {
  /** Absolute path. */
  readonly file: string;
  readonly from: number;
  readonly count: number;
}

/** An open video file. Times in seconds; packets in decoding order. */
export interface OpenVideo {
  readonly config: DecoderConfig & { readonly width: number; readonly height: number };
  /** From the key frame that the picture at `time` needs; the packet's `time` is in whole microseconds. */
  packets(time: number): AsyncGenerator<Packet>;
}

const bytes = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

/** Opens a video (a path, or its bytes) for the time of `work`. Whatever is wrong becomes a fault that names the file. */
export async function withVideo<T>(video: string | Uint8Array, work: (video: OpenVideo) => Promise<T>): Promise<T> {
  const { BufferSource, EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF } = await import('mediabunny');
  const file = typeof video === 'string' ? video : 'a video in memory';
  const source = typeof video === 'string' ? new FilePathSource(video) : new BufferSource(video);
  const input = new Input({ source, formats: [MP4, QTFF, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    const config = await track?.getDecoderConfig();
    if (!track || !config) throw new Error('it has no video that can be decoded');
    const { codec, codedWidth, codedHeight, description } = config;
    const sink = new EncodedPacketSink(track);
    return await work({
      config: {
        codec,
        codedWidth,
        codedHeight,
        width: track.codedWidth,
        height: track.codedHeight,
        ...(description && { description: bytes(description) }),
      },
      async *packets(time) {
        const start = (await sink.getKeyPacket(time)) ?? (await sink.getFirstPacket()) ?? undefined;
        for await (const packet of sink.packets(start))
          yield { key: packet.type === 'key', time: Math.round(packet.timestamp * 1e6), data: packet.data };
      },
    });
  } catch (error) {
    const fault = folderFault(error, `Reading ${file}`);
    throw fault.kind === 'internal'
      ? corrupt(file, error instanceof Error ? error.message : String(error), error)
      : fault;
  } finally {
    input.dispose();
  }
}
