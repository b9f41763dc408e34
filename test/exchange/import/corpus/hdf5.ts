import { join } from 'node:path';
import { aloha, hdf5, jpegs, pictures, rows } from '../fixtures';
import { type Case, damaged, flipped, put, replaced, u64 } from './kit';

type H5File = import('h5wasm').File;

const NAME = 'bad.hdf5';
const file = (name: string, make: Case['make']): Case => ({ name: `HDF5: ${name}`, make, names: NAME });
/** The sound ALOHA file, damaged. */
const hurt = (name: string, change: (bytes: Buffer) => Uint8Array): Case =>
  file(name, (room, seeds) => damaged(seeds.aloha, join(room, NAME), change));
/** An ALOHA file with other contents. */
const made = (name: string, fill: (file: H5File) => void): Case => file(name, (room) => hdf5(join(room, NAME), fill));

const frame = (h5: H5File): void => {
  h5.create_group('observations');
  h5.create_group('observations/images');
};
const sound = (h5: H5File, but: { qpos?: false; action?: false } = {}): void => {
  frame(h5);
  if (but.qpos !== false) h5.create_dataset({ name: 'observations/qpos', data: rows(12, 14), shape: [12, 14] });
  if (but.action !== false) h5.create_dataset({ name: 'action', data: rows(12, 14), shape: [12, 14] });
};
const video = (h5: H5File, data: Uint8Array | Float32Array, shape: number[]): void => {
  h5.create_dataset({ name: 'observations/images/top', data, shape });
};

/** A sound file that must never be read, since it lies outside of what was chosen. */
const secret = (room: string) => aloha(join(room, 'outside', 'secret.hdf5'), { cameras: ['top'] });

export const hdf5Cases: readonly Case[] = [
  file('empty', (room) => put(join(room, NAME), '')),
  file('a text with the name of an HDF5 file', (room) => put(join(room, NAME), 'time,state.a\n0,1\n')),
  file('nothing but the signature', (room) =>
    put(
      join(room, NAME),
      Buffer.concat([Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(4096)]),
    ),
  ),
  hurt('cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2)),
  hurt('cut off a little before its end', (bytes) => bytes.subarray(0, bytes.length - 100)),
  hurt('cut off after 100 bytes', (bytes) => bytes.subarray(0, 100)),
  hurt('the version of its superblock is wrong', (bytes) => flipped(bytes, 8)),
  hurt('the address of its root is wrong', (bytes) => flipped(bytes, 64, 0x7f)),
  hurt('a state of 10^12 rows in a few bytes', (bytes) => replaced(bytes, u64(12, 14), u64(1e12, 14))),
  hurt('rows of 10^9 values', (bytes) => replaced(bytes, u64(12, 14), u64(12, 1e9))),
  hurt('pictures 2^31 pixels high', (bytes) => replaced(bytes, u64(12, 24, 32, 3), u64(12, 2 ** 31, 32, 3))),
  hurt('pictures of 2^63 bytes', (bytes) => replaced(bytes, u64(12, 24, 32, 3), u64(12, 2 ** 31, 2 ** 31, 3))),
  hurt('10^7 pictures for twelve rows', (bytes) => replaced(bytes, u64(12, 24, 32, 3), u64(1e7, 24, 32, 3))),
  file('pictures packed by a filter that nobody has', (room, { packed }) =>
    // The number of a filter stands eight bytes before its name.
    damaged(packed, join(room, NAME), (bytes) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt16LE(32_999, bytes.indexOf('deflate') - 8);
      return copy;
    }),
  ),
  file('packed pictures with damaged bytes', (room, { packed }) =>
    damaged(packed, join(room, NAME), (bytes) => {
      const copy = Buffer.from(bytes);
      for (
        let at = copy.indexOf(Buffer.from([0x78, 0x9c]));
        at >= 0;
        at = copy.indexOf(Buffer.from([0x78, 0x9c]), at + 2)
      )
        copy.fill(0xee, at + 2, at + 20);
      return copy;
    }),
  ),
  file('a chunk of 4 GB', (room, { packed }) =>
    damaged(packed, join(room, NAME), (bytes) => {
      const wide = Buffer.from(new Uint32Array([1, 24, 32, 3, 1]).buffer);
      const bomb = Buffer.from(new Uint32Array([1, 24, 2 ** 24, 12, 1]).buffer);
      return replaced(bytes, wide, bomb);
    }),
  ),
  made('a few bytes that claim 10^8 rows', (h5) => {
    frame(h5);
    for (const name of ['observations/qpos', 'action']) {
      const shape = { shape: [12, 14], maxshape: [null, 14], chunks: [12, 14], compression: 9 };
      h5.create_dataset({ name, data: rows(12, 14), ...shape }).resize([1e8, 14]);
    }
  }),
  made('fewer actions than states', (h5) => {
    sound(h5, { action: false });
    h5.create_dataset({ name: 'action', data: rows(5, 14), shape: [5, 14] });
  }),
  made('no rows', (h5) => {
    frame(h5);
    const empty = { shape: [0, 14], maxshape: [null, 14], chunks: [10, 14] };
    h5.create_dataset({ name: 'observations/qpos', data: new Float32Array(0), ...empty });
    h5.create_dataset({ name: 'action', data: new Float32Array(0), ...empty });
  }),
  made('states that are texts', (h5) => {
    sound(h5, { qpos: false });
    h5.create_dataset({ name: 'observations/qpos', data: Array.from({ length: 12 }, () => 'elbow') });
  }),
  made('states that are records', (h5) => {
    sound(h5, { qpos: false });
    h5.create_dataset({ name: 'observations/qpos', data: new Map([['x', new Float32Array(12)]]) });
  }),
  made('a state that is not a number', (h5) => {
    sound(h5, { qpos: false });
    const data = rows(12, 14);
    data[30] = Number.NaN;
    h5.create_dataset({ name: 'observations/qpos', data, shape: [12, 14] });
  }),
  made('an infinite action', (h5) => {
    sound(h5, { action: false });
    const data = rows(12, 14);
    data[30] = Number.POSITIVE_INFINITY;
    h5.create_dataset({ name: 'action', data, shape: [12, 14] });
  }),
  made('states of 10,000 channels', (h5) => {
    sound(h5, { qpos: false });
    h5.create_dataset({ name: 'observations/qpos', data: rows(12, 10_000), shape: [12, 10_000] });
  }),
  made('fewer pictures than rows', (h5) => {
    sound(h5);
    video(h5, pictures(7), [7, 24, 32, 3]);
  }),
  made('pictures of one pixel', (h5) => {
    sound(h5);
    video(h5, new Uint8Array(36), [12, 1, 1, 3]);
  }),
  made('bytes that are no JPEG', (h5) => {
    sound(h5);
    video(h5, new Uint8Array(12 * 500).fill(7), [12, 500]);
  }),
  file('a JPEG that claims 60,000 by 60,000 pixels', async (room) => {
    const { data, length } = await jpegs(12);
    for (let k = 0; k < 12; k++) {
      const at = data.indexOf(0xc0, k * length + 150);
      data.set([0xea, 0x60, 0xea, 0x60], at + 4);
    }
    return hdf5(join(room, NAME), (h5) => {
      sound(h5);
      video(h5, data, [12, length]);
    });
  }),
  file('a JPEG damaged in the middle', async (room) => {
    const { data, length } = await jpegs(12);
    data.fill(0xff, 6 * length + 100, 6 * length + 300);
    return hdf5(join(room, NAME), (h5) => {
      sound(h5);
      video(h5, data, [12, length]);
    });
  }),
  file('a JPEG cut off after its header', async (room) => {
    const { data, length } = await jpegs(12);
    data.fill(0, 3 * length + 200, 4 * length);
    return hdf5(join(room, NAME), (h5) => {
      sound(h5);
      video(h5, data, [12, length]);
    });
  }),
  file('pictures that change their size', async (room) => {
    const [a, b] = [await jpegs(6), await jpegs(6, 48, 24)];
    const length = Math.max(a.length, b.length);
    const data = new Uint8Array(12 * length);
    for (let k = 0; k < 12; k++) {
      const from = k < 6 ? a : b;
      data.set(from.data.subarray((k % 6) * from.length, ((k % 6) + 1) * from.length), k * length);
    }
    return hdf5(join(room, NAME), (h5) => {
      sound(h5);
      video(h5, data, [12, length]);
    });
  }),
  file('states behind a link to another file', async (room) => {
    const target = await secret(room);
    return hdf5(join(room, NAME), (h5) => {
      sound(h5, { qpos: false });
      h5.create_external_link(target, '/observations/qpos', 'observations/qpos');
    });
  }),
  file('pictures behind a link to another file', async (room) => {
    const target = await secret(room);
    return hdf5(join(room, NAME), (h5) => {
      sound(h5);
      h5.create_external_link(target, '/observations/images/top', 'observations/images/top');
    });
  }),
  made('a soft link that leads to itself', (h5) => {
    sound(h5, { qpos: false });
    h5.create_soft_link('/observations/qpos', 'observations/qpos');
  }),
  made('a group in place of the states', (h5) => {
    sound(h5, { qpos: false });
    h5.create_group('observations/qpos');
  }),
  made('eighty groups in one another', (h5) => {
    let path = '';
    for (let depth = 0; depth < 80; depth++) {
      path += '/g';
      h5.create_group(path);
    }
  }),
  made('a group that holds itself', (h5) => {
    h5.create_group('data');
    h5.create_hard_link('/data', '/data/demo_0');
    h5.create_hard_link('/data', '/data/actions');
  }),
  made('robomimic: observations of another length than the actions', (h5) => {
    for (const group of ['data', 'data/demo_0', 'data/demo_0/obs']) h5.create_group(group);
    h5.create_dataset({ name: 'data/demo_0/actions', data: rows(12, 7), shape: [12, 7] });
    h5.create_dataset({ name: 'data/demo_0/obs/eef', data: rows(3, 3), shape: [3, 3] });
  }),
  made('robomimic: actions that are texts', (h5) => {
    for (const group of ['data', 'data/demo_0']) h5.create_group(group);
    h5.create_dataset({ name: 'data/demo_0/actions', data: ['left', 'right'] });
  }),
];
