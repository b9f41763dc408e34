// Takes single files out of a zip archive (a Python wheel is one) with Node's own inflate.
import { createWriteStream, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** Extracts every entry for which `place(name)` gives a path; `progress(bytes)` hears what was written so far. */
export async function unzip(archive, place, progress = () => {}) {
  const file = await open(archive);
  file.setMaxListeners(0);
  const taken = [];
  let written = 0;
  try {
    for (const entry of await list(file)) {
      const path = entry.name.endsWith('/') ? null : place(entry.name);
      if (!path) continue;
      mkdirSync(dirname(path), { recursive: true });
      const head = Buffer.alloc(30);
      await file.read(head, 0, 30, entry.offset);
      const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
      const count = new Transform({
        transform(chunk, _encoding, done) {
          written += chunk.length;
          progress(written);
          done(null, chunk);
        },
      });
      const source = file.createReadStream({
        start,
        end: start + entry.packed - 1,
        autoClose: false,
        highWaterMark: 1 << 20,
      });
      const stages = entry.method === 8 ? [source, createInflateRaw({ chunkSize: 1 << 20 }), count] : [source, count];
      await pipeline(...stages, createWriteStream(path));
      taken.push(entry.name);
    }
  } finally {
    await file.close();
  }
  return taken;
}

async function list(file) {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, 65_557));
  await file.read(tail, 0, tail.length, size - tail.length);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw new Error('not a zip archive');
  const directory = Buffer.alloc(tail.readUInt32LE(at + 12));
  await file.read(directory, 0, directory.length, tail.readUInt32LE(at + 16));
  const entries = [];
  for (let p = 0; p + 46 <= directory.length && directory.readUInt32LE(p) === ENTRY; ) {
    const nameLength = directory.readUInt16LE(p + 28);
    entries.push({
      method: directory.readUInt16LE(p + 10),
      packed: directory.readUInt32LE(p + 20),
      offset: directory.readUInt32LE(p + 42),
      name: directory.toString('utf8', p + 46, p + 46 + nameLength),
    });
    p += 46 + nameLength + directory.readUInt16LE(p + 30) + directory.readUInt16LE(p + 32);
  }
  return entries;
}
