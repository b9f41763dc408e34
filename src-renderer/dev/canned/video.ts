/**
 * A video whose every frame says its number, so that one can see whether frame k is shown with row k. Made once with the
 * browser's own encoder; development only.
 */
const WIDTH = 160;
const HEIGHT = 120;
const made = new Map<string, Promise<string>>();

export function numberedVideo(title: string, frames: number, fps: number, hue: number): Promise<string> {
  const key = `${title} ${frames}`;
  const known = made.get(key) ?? encode(frames, fps, hue);
  made.set(key, known);
  return known;
}

async function encode(frames: number, fps: number, hue: number): Promise<string> {
  const { BufferTarget, CanvasSource, Mp4OutputFormat, Output } = await import('mediabunny');
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new CanvasSource(canvas, { codec: 'vp8', bitrate: 150_000, keyFrameInterval: 2 });
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  for (let k = 0; k < frames; k++) {
    context.fillStyle = `hsl(${hue} 18% ${24 + 10 * Math.sin(k / 20)}%)`;
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = `hsl(${hue} 60% 60%)`;
    context.fillRect(70 + 50 * Math.sin(k / 25), 75 - 20 * Math.cos(k / 18), 17, 17);
    context.fillStyle = '#fff';
    context.font = '600 28px sans-serif';
    context.fillText(String(k), 10, 35);
    await source.add(k / fps, 1 / fps);
  }
  await output.finalize();
  if (!target.buffer) throw new Error('no video');
  return URL.createObjectURL(new Blob([target.buffer], { type: 'video/mp4' }));
}
