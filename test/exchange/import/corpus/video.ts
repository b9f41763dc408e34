import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { csv, HEADER, plainCell } from '../fixtures';
import { bytesOf, type Case, put, u32 } from './kit';

/** A sound table with a damaged video beside it. */
const video = (name: string, change: (bytes: Buffer) => Uint8Array): Case => ({
  name: `MP4: ${name}`,
  names: 'bad_top.mp4',
  make: (room, { csv, mp4 }) => {
    const set = join(room, 'set');
    put(join(set, 'bad_top.mp4'), change(bytesOf(mp4)));
    copyFileSync(csv, join(set, 'bad.csv'));
    return set;
  },
});

/** Where the contents of the first box of this kind begin. */
function box(bytes: Buffer, kind: string): number {
  const at = bytes.indexOf(kind, 0, 'latin1');
  if (at < 0) throw new Error(`no box ${kind}`);
  return at + 4;
}
/** The file with these 32-bit numbers at an offset in a box. */
const patched =
  (kind: string, offset: number, ...values: number[]) =>
  (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    copy.set(u32(...values), box(copy, kind) + offset);
    return copy;
  };
const nested = (depth: number): Buffer => {
  const size = depth * 8;
  return Buffer.concat(
    Array.from({ length: depth }, (_, i) => Buffer.concat([u32(size - i * 8), Buffer.from('moov')])),
  );
};

export const videoCases: readonly Case[] = [
  video('empty', () => Buffer.alloc(0)),
  video('a text with the name of a video', () => Buffer.from('not a video at all')),
  video('cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2)),
  video('cut off in its index', (bytes) => bytes.subarray(0, 300)),
  video('all pictures overwritten', (bytes) => {
    const copy = Buffer.from(bytes);
    return copy.fill(0xff, box(copy, 'mdat'));
  }),
  video('lengths within a picture that lead past it', (bytes) => {
    const copy = Buffer.from(bytes);
    copy.set(u32(0x7fffffff), box(copy, 'mdat'));
    return copy;
  }),
  video('no frames', patched('stsz', 4, 0, 0)),
  video('4 billion frames of one byte', patched('stsz', 4, 1, 0xffffffff)),
  video('4 billion frames in its index of sizes', patched('stsz', 4, 0, 0xffffffff)),
  video('a frame of 2 GB', patched('stsz', 12, 0x7fffffff)),
  video('4 billion frames in its index of times', patched('stts', 8, 0xffffffff, 1)),
  video('4 billion entries in its index of times', patched('stts', 4, 0xffffffff)),
  video('pictures that lie past the end of the file', patched('stco', 8, 0xfffffff0)),
  video('4 billion entries in its index of places', patched('stco', 4, 0xffffffff)),
  {
    name: 'MP4: twelve frames for sixty rows',
    names: 'bad_top.mp4',
    make: (room, { mp4 }) => {
      const set = join(room, 'set');
      put(join(set, 'bad_top.mp4'), bytesOf(mp4));
      put(join(set, 'bad.csv'), csv(HEADER, 60, plainCell));
      return set;
    },
  },
  video('a clock that stands still', patched('mdhd', 12, 0)),
  video('pictures of 65,535 by 65,535 pixels', (bytes) => {
    const copy = Buffer.from(bytes);
    copy.set([0xff, 0xff, 0xff, 0xff], copy.indexOf('avc1', box(copy, 'stsd')) + 28);
    return copy;
  }),
  video('a decoder configuration of noise', (bytes) => {
    const copy = Buffer.from(bytes);
    return copy.fill(0xa5, box(copy, 'avcC') + 5, box(copy, 'avcC') + 30);
  }),
  video('a codec that nobody knows', (bytes) => {
    const copy = Buffer.from(bytes);
    copy.write('zzzz', copy.indexOf('avc1', copy.indexOf('stsd'), 'latin1'), 'latin1');
    return copy;
  }),
  video('a box that claims the whole disk', (bytes) => {
    const copy = Buffer.from(bytes);
    copy.set(u32(0xffffffff), box(copy, 'moov') - 8);
    return copy;
  }),
  video('a hundred thousand boxes in one another', (bytes) => Buffer.concat([bytes.subarray(0, 32), nested(100_000)])),
];
