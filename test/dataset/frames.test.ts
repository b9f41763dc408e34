import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDataset, decodeFrames } from '../../src-main/dataset/dataset';
import { muxMp4 } from '../../src-main/dataset/mp4';
import { AreaScaler, toRgb } from '../../src-main/dataset/scale';
import { encodeClip, type Rgb } from './clip';
import { folder, SPEC } from './draft';

const COLOURS: readonly Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [200, 100, 50],
  [128, 128, 128],
];

async function clipFile(count: number, paint: (k: number) => readonly [Rgb, Rgb]): Promise<string> {
  const path = folder();
  await createDataset(path, SPEC);
  const file = join(path, 'clip.mp4');
  writeFileSync(file, await muxMp4(await encodeClip(count, 64, 48, paint), 30));
  return file;
}

describe('decoded frames', () => {
  it('have the colours that were recorded', async () => {
    const file = await clipFile(COLOURS.length, (k) => [COLOURS[k] as Rgb, COLOURS[k] as Rgb]);
    const seen: number[][] = [];
    const onFrame = (_: number, rgb: Uint8Array) => seen.push([...rgb.subarray(0, 3)]);
    await decodeFrames(file, { from: 0, to: COLOURS.length / 30, count: COLOURS.length, width: 2, height: 2, onFrame });
    for (const [k, colour] of COLOURS.entries()) {
      for (const c of [0, 1, 2]) expect(Math.abs((seen[k]?.[c] ?? -99) - (colour[c] as number))).toBeLessThanOrEqual(4);
    }
  });

  it('come from the wanted part of a longer file', async () => {
    const file = await clipFile(100, (k) => [
      [k * 2, k * 2, k * 2],
      [0, 0, 0],
    ]);
    const seen: number[] = [];
    const request = { from: 40 / 30, to: 60 / 30, count: 20, width: 2, height: 1 };
    await decodeFrames(file, { ...request, onFrame: (k, rgb) => (seen[k] = rgb[0] as number) });
    expect(seen.length).toBe(20);
    for (const [k, grey] of seen.entries()) expect(Math.abs(grey - (40 + k) * 2)).toBeLessThanOrEqual(3);
  });

  it('are refused when the file holds fewer than there are rows, or is none', async () => {
    const file = await clipFile(10, () => [
      [0, 0, 0],
      [255, 255, 255],
    ]);
    const request = { from: 0, to: 12 / 30, count: 12, width: 2, height: 2, onFrame: () => undefined };
    await expect(decodeFrames(file, request)).rejects.toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('10 frames for 12 rows'),
    });
    writeFileSync(file, 'not a video');
    await expect(decodeFrames(file, request)).rejects.toMatchObject({ kind: 'corrupt' });
    await expect(decodeFrames(`${file}.gone`, request)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('area scaling', () => {
  it('keeps the mean of a picture for any pair of sizes that shrinks it', () => {
    for (const [w, h, tw, th] of [
      [320, 240, 96, 96],
      [64, 48, 64, 48],
      [7, 5, 3, 2],
      [641, 479, 84, 84],
      [4, 4, 1, 1],
    ] as const) {
      const data = Uint8Array.from({ length: w * h }, (_, i) => (i * 7919) % 256);
      const out = new AreaScaler({ width: w, height: h }, { width: tw, height: th }).scale({
        data,
        offset: 0,
        stride: w,
        width: w,
        height: h,
      });
      const mean = (list: ArrayLike<number>) => Array.from(list).reduce((a, b) => a + b, 0) / list.length;
      expect(mean(out)).toBeCloseTo(mean(data), 2);
    }
  });

  it('averages what a pixel covers, parts of pixels by their share', () => {
    const data = Uint8Array.from([0, 90, 180]);
    const scaler = new AreaScaler({ width: 3, height: 1 }, { width: 2, height: 1 });
    expect([...scaler.scale({ data, offset: 0, stride: 3, width: 3, height: 1 })].map(Math.round)).toEqual([30, 150]);
  });

  it('knows both ranges and both matrices', () => {
    const rgb = (y: number, u: number, v: number, matrix: string | null, fullRange: boolean | null) => {
      const out = new Uint8Array(3);
      toRgb(Float32Array.of(y), Float32Array.of(u), Float32Array.of(v), { matrix, fullRange }, out);
      return [...out];
    };
    // What ffmpeg makes of #c86432 in each of the four.
    const near = (got: number[]) => {
      for (const [c, wanted] of [200, 100, 50].entries()) expect(Math.abs((got[c] as number) - wanted)).toBeLessThan(4);
    };
    near(rgb(123, 91, 175, null, null));
    near(rgb(123, 91, 175, 'smpte170m', false));
    near(rgb(116, 95, 173, 'bt709', false));
    near(rgb(125, 86, 182, 'smpte170m', true));
    near(rgb(117, 91, 180, 'bt709', true));
  });
});
