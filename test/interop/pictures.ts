import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { EncodedFrame, EncodedVideo } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';

/** Something to look at: a sky of gradients, a bright block on its way, and noise. H.264 as the app's page makes it. */
export async function encodePictures(
  count: number,
  width: number,
  height: number,
  seed: number,
): Promise<EncodedVideo> {
  const random = new Random(seed + 1);
  const frames: EncodedFrame[] = [];
  let description: Uint8Array | undefined;
  const alive = setInterval(() => undefined, 100);
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      frames.push({ key: chunk.type === 'key', data, t: 5000 + frames.length / 30 });
      if (metadata?.decoderConfig?.description) description = new Uint8Array(metadata.decoderConfig.description);
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec: 'avc1.42001f',
    width,
    height,
    bitrate: 1_500_000,
    framerate: 30,
    latencyMode: 'realtime',
    avc: { format: 'avc' },
  });
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let k = 0; k < count; k++) {
    const left = (k * 3 + seed * 29) % width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const block = Math.abs(x - left) < width / 10 && Math.abs(y - height / 2) < height / 8;
        const grain = random.below(24);
        const at = (y * width + x) * 4;
        pixels[at] = block ? 250 : Math.min(255, (x * 255) / width + grain);
        pixels[at + 1] = block ? 30 + (k % 60) : Math.min(255, (y * 200) / height + grain);
        pixels[at + 2] = block ? 20 : Math.min(255, 60 + (seed % 7) * 25 + grain);
      }
    }
    const shape = { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: k * 33_333 } as const;
    const frame = new VideoFrame(pixels, shape);
    encoder.encode(frame, { keyFrame: k % 30 === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  clearInterval(alive);
  if (!description || frames.length !== count) throw new Error(`the encoder gave ${frames.length} of ${count} frames`);
  return { width, height, codec: 'avc1.42001f', description, frames };
}
