import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbortSignalLike } from '../core/clock';
import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import { folderFault } from './errors';
import { FramePack, type Size } from './frame-cache-file';
import { lockFile } from './frame-cache-lock';
import { rowTables, segmentsOf, type Wanted } from './frame-cache-rows';
import { decodeFrames } from './frames';

/**
 * Small pictures of a dataset, decoded once and kept beside it, for whoever reads them in random order. An episode's
 * pictures are found by its id, its video file and the size, so that an edit costs only the episodes it made anew.
 */
export interface FrameCacheOptions extends Size {
  /** Camera slots. */
  readonly cameras: readonly string[];
  /** Episodes by place; all when absent. */
  readonly episodes?: readonly number[];
  /** Where it lies; `.understudy/cache` in the dataset when absent. */
  readonly folder?: string;
  /** Refused with `disk-full` when it would grow larger. Bytes; 16 GiB when absent. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignalLike;
  /** Pictures decoded so far, and all that must be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Row r is a row of the chosen episodes, end to end in the order asked for. */
export interface FrameCache {
  readonly rows: number;
  readonly size: Size;
  readonly cameras: readonly string[];
  /** The picture of a camera (by number) at a row into `into` at `at`: H × W × 3 bytes. */
  read(camera: number, row: number, into: Uint8Array, at?: number): void;
  close(): void;
}

const MAX_BYTES = 16 * 2 ** 30;
/** Left free on the disk. */
const SPARE = 512 * 2 ** 20;
/** Decoded pictures are made durable this often, milliseconds: an interrupted build goes on from there. */
const COMMIT_EVERY = 10_000;

export const cacheFolder = (dataset: Dataset): string => join(dataset.folder, '.understudy', 'cache');

/** Opens what was built before; null when anything is missing. */
export async function openFrameCache(dataset: Dataset, options: FrameCacheOptions): Promise<FrameCache | null> {
  const wanted = await segmentsOf(dataset, options);
  const pack = await FramePack.open(options.folder ?? cacheFolder(dataset), options);
  if (!pack) return null;
  const cache = assemble(pack, wanted, options);
  if (!cache) pack.close();
  return cache;
}

/** Decodes what is missing and opens it. Throws a fault: `corrupt` video, `disk-full`, `read-only`, `busy`, `cancelled`. */
export async function buildFrameCache(dataset: Dataset, options: FrameCacheOptions): Promise<FrameCache> {
  const ready = await openFrameCache(dataset, options);
  if (ready) return ready;
  const folder = options.folder ?? cacheFolder(dataset);
  try {
    const release = await lockFile(join(folder, `frames-${options.width}x${options.height}.lock`));
    if (!release) {
      throw fault('busy', 'Another program is preparing the pictures of this dataset', 'Wait until it is done.');
    }
    try {
      return await build(dataset, folder, options);
    } finally {
      await release();
    }
  } catch (error) {
    throw folderFault(error, `Preparing the pictures of ${dataset.folder}`);
  }
}

async function build(dataset: Dataset, folder: string, options: FrameCacheOptions): Promise<FrameCache> {
  const wanted = await segmentsOf(dataset, options);
  let pack = (await FramePack.open(folder, options, 'r+')) ?? (await FramePack.create(folder, options));
  try {
    const missing = wanted.filter(({ key }) => !pack.find(key));
    const total = missing.reduce((sum, { info }) => sum + info.length, 0);
    await checkRoom(dataset, folder, pack, wanted, total, options);
    const full = (pack.frames + total) * pack.bytesPerFrame > (options.maxBytes ?? MAX_BYTES);
    if (pack.used * 2 < pack.frames || (full && pack.used < pack.frames)) pack = await pack.compacted();
    let done = 0;
    let committed = performance.now();
    const decode = async ({ info, camera, key }: Wanted, pack: FramePack) => {
      const segment = pack.reserve(info.length);
      const { file, from, to } = dataset.video(info.index, camera);
      const { width, height } = options;
      await decodeFrames(file, {
        from,
        to,
        count: info.length,
        width,
        height,
        onFrame: (k, rgb) => {
          if (options.signal?.aborted)
            throw fault('cancelled', 'Preparing the pictures was cancelled', 'Start it again.');
          pack.write(segment.first + k, rgb);
          done++;
          if (done % 32 === 0) options.onProgress?.(done, total);
        },
      });
      pack.keep(key, segment);
      if (performance.now() - committed > COMMIT_EVERY) {
        committed = performance.now();
        await pack.commit();
      }
    };
    // One decoder fills while another is emptied and shrunk: a single one leaves a core idle at every episode's ends.
    const queue = missing.values();
    let failed = false;
    const lane = async (pack: FramePack) => {
      try {
        for (const wanted of queue) if (!failed) await decode(wanted, pack);
      } catch (error) {
        failed = true;
        throw error;
      }
    };
    const lanes = await Promise.allSettled([lane(pack), lane(pack)]);
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
    await pack.commit();
    options.onProgress?.(done, total);
    const cache = assemble(pack, wanted, options);
    if (!cache) throw new Error('pictures just written are not there');
    return cache;
  } catch (error) {
    // Whole episodes decoded before it went wrong are kept; where even that fails they are decoded again some day.
    await pack.commit().catch(() => undefined);
    pack.close();
    throw error;
  }
}

/** Makes room by forgetting what the dataset no longer holds, then refuses what still does not fit. */
async function checkRoom(
  dataset: Dataset,
  folder: string,
  pack: FramePack,
  wanted: readonly Wanted[],
  missing: number,
  options: FrameCacheOptions,
): Promise<void> {
  const limit = options.maxBytes ?? MAX_BYTES;
  const after = () => (pack.frames + missing) * pack.bytesPerFrame;
  // What other trainings chose of this dataset stays as long as there is room.
  const everything = { ...options, cameras: dataset.spec.cameras.map((c) => c.name), episodes: undefined };
  const all = await segmentsOf(dataset, everything).catch(() => []); // another camera's video may be gone
  pack.retain(new Set([...all, ...wanted].map(({ key }) => key)));
  if (after() > limit) pack.retain(new Set(wanted.map(({ key }) => key)));
  const { bavail, bsize } = await statfs(folder);
  const needed = (pack.used + missing) * pack.bytesPerFrame;
  if (needed <= limit && missing * pack.bytesPerFrame + SPARE <= bavail * bsize) return;
  throw fault(
    'disk-full',
    `The small pictures of this dataset need ${(needed / 2 ** 30).toFixed(1)} GiB`,
    'Free some space, or choose fewer cameras or episodes.',
  );
}

function assemble(pack: FramePack, wanted: readonly Wanted[], options: FrameCacheOptions): FrameCache | null {
  const { cameras, width, height } = options;
  const places = rowTables(pack, wanted, cameras.length);
  if (!places) return null;
  return {
    rows: places[0]?.length ?? 0,
    size: { width, height },
    cameras,
    read: (camera, at, into, offset = 0) => {
      const frame = places[camera]?.[at];
      if (frame === undefined) throw new RangeError(`the picture cache has no row ${at} of camera ${camera}`);
      pack.read(frame, 1, into, offset);
    },
    close: () => pack.close(),
  };
}
