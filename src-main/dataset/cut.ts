import type { VideoFrame } from '@napi-rs/webcodecs';
import { fault } from '../core/fault';
import { bitrateOf, GROUP } from '../core/h264';
import { type DecoderConfig, decodeVideo, type Packet } from './decoder';
import { corrupt, folderFault } from './errors';
import { muxMp4, type Stream } from './mp4';
import { type Segment, withVideo } from './segment';

export type { Segment } from './segment';

/** What we encode ourselves: H.264 constrained baseline, as the page records. */
const CODEC = 'avc1.42001f';

/**
 * One MP4 that shows these parts one after the other: frame k at exactly k / fps. Copies the packets where every part
 * begins with a key frame and all are encoded alike, so that nothing is lost; encodes H.264 anew otherwise. Rejects with
 * `corrupt` where a part holds fewer frames than it should, with `no-engine` where this computer cannot encode.
 */
export async function cutVideo(segments: readonly Segment[], fps: number): Promise<Uint8Array> {
  const parts: Part[] = [];
  for (const segment of segments) parts.push(await readPart(segment, fps));
  const stream = joined(parts) ?? (await encoded(parts, fps));
  return muxMp4(stream, fps);
}

/** The packets from the key frame before the segment to its end. */
interface Part {
  readonly segment: Segment;
  readonly config: DecoderConfig & { readonly width: number; readonly height: number };
  readonly packets: readonly Packet[];
  /** Whether it can be copied: key frame first, in the order shown, nothing missing. */
  readonly clean: boolean;
}

function readPart(segment: Segment, fps: number): Promise<Part> {
  const { file, from, count } = segment;
  return withVideo(file, async (video) => {
    const packets: Packet[] = [];
    // A bound past the end, for the sake of videos whose packets are not in the order they are shown.
    for await (const packet of video.packets(from + 0.5 / fps)) {
      if (packet.time / 1e6 > from + (count + 16) / fps) break;
      packets.push(packet);
    }
    const place = (packet: Packet) => Math.round((packet.time / 1e6 - from) * fps);
    const inOrder = packets.every((packet, k) => place(packet) === k);
    const clean = inOrder && packets[0]?.key === true && packets.length >= count;
    return { segment, config: video.config, packets: clean ? packets.slice(0, count) : packets, clean };
  });
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a?.length === b?.length && (a ?? []).every((byte, i) => byte === b?.[i]));

function joined(parts: readonly Part[]): Stream | null {
  const head = parts[0];
  if (!head) return null;
  const { codec, description, width, height } = head.config;
  const alike = parts.every(
    ({ clean, config }) =>
      clean &&
      config.codec === codec &&
      config.width === width &&
      config.height === height &&
      same(config.description, description),
  );
  if (!alike) return null;
  const frames = parts.flatMap((part) => part.packets.map(({ key, data }) => ({ key, data })));
  return { codec, width, height, frames, ...(description && { description }) };
}

async function encoded(parts: readonly Part[], fps: number): Promise<Stream> {
  const [head] = parts;
  if (!head) throw fault('bad-input', 'There is no video to join', 'Choose at least one episode.');
  const { width, height } = head.config;
  const odd = parts.find(({ config }) => config.width !== width || config.height !== height);
  if (odd) {
    const sizes = `${width}×${height} and ${odd.config.width}×${odd.config.height}`;
    throw fault('incompatible', `Videos of ${sizes} cannot be joined`, 'Join episodes of the same camera size.');
  }
  const encoder = await openEncoder(width, height, fps);
  try {
    for (const part of parts) await encodePart(part, fps, encoder.add);
    return await encoder.finish();
  } finally {
    encoder.close();
  }
}

async function encodePart({ segment, config, packets }: Part, fps: number, add: (frame: VideoFrame) => Promise<void>) {
  const { file, from, count } = segment;
  let next = 0;
  const { codec, codedWidth, codedHeight, description } = config;
  const settings = { codec, codedWidth, codedHeight, ...(description && { description }) };
  await decodeVideo(settings, packets, async (frame) => {
    const k = Math.round((frame.timestamp / 1e6 - from) * fps);
    if (k < 0) return true;
    if (k !== next) throw corrupt(file, `frame ${next} is missing or out of place`);
    await add(frame);
    return ++next < count;
  }).catch((error: unknown) => {
    const why = folderFault(error, `Reading ${file}`);
    throw why.kind === 'internal' ? corrupt(file, why.message, error) : why;
  });
  if (next !== count) throw corrupt(file, `it holds ${next} frames for ${count} rows`);
}

async function openEncoder(width: number, height: number, fps: number) {
  const { VideoEncoder, VideoFrame } = await import('@napi-rs/webcodecs').catch((error: unknown) => {
    throw fault('no-engine', 'This computer cannot encode video', 'Run the set-up again.', error);
  });
  const frames: { key: boolean; data: Uint8Array }[] = [];
  const state: { failure?: Error; description?: Uint8Array } = {};
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ key: chunk.type === 'key', data });
      const description = metadata?.decoderConfig?.description;
      if (description) state.description = new Uint8Array(description).slice();
    },
    error: (error) => (state.failure ??= error),
  });
  // The native encoder does not keep Node's event loop alive.
  const alive = setInterval(() => undefined, 50);
  encoder.configure({
    codec: CODEC,
    width,
    height,
    framerate: fps,
    bitrate: bitrateOf({ width, height }, fps),
    latencyMode: 'quality',
    avc: { format: 'avc' },
  });
  let count = 0;
  return {
    async add(frame: VideoFrame): Promise<void> {
      const own = new VideoFrame(frame, { timestamp: Math.round((count * 1e6) / fps) });
      encoder.encode(own, { keyFrame: count % GROUP === 0 });
      own.close();
      count++;
      while (!state.failure && encoder.encodeQueueSize > 8) await new Promise((done) => setTimeout(done, 1));
      if (state.failure) throw state.failure;
    },
    async finish(): Promise<Stream> {
      await encoder.flush();
      if (state.failure) throw state.failure;
      if (!state.description || frames.length !== count)
        throw new Error(`the encoder gave ${frames.length} of ${count} frames`);
      return { codec: CODEC, width, height, description: state.description, frames };
    },
    close() {
      clearInterval(alive);
      if (encoder.state !== 'closed') encoder.close();
    },
  };
}
