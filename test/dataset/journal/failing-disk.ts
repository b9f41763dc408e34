import { type Appender, nodeTakeFiles, type TakeFiles } from '../../../src-main/dataset/journal/files';

export interface FailingDisk extends TakeFiles {
  /** Changes asked for so far; whether one of them failed. */
  readonly figures: { changes: number; broke: boolean };
  /** From now on everything works. */
  heal(): void;
}

/**
 * A disk whose n-th change fails: that one only, or from then on all of them. What fails leaves half of its bytes.
 * Changes are everything that writes, renames, removes, makes folders or asks the disk to be safe.
 */
export function failingDisk(at: number, options: { forever: boolean; code: string }): FailingDisk {
  const figures = { changes: 0, broke: false };
  let healed = false;
  const change = async <T>(
    work: () => Promise<T>,
    half: () => Promise<unknown> = async () => undefined,
  ): Promise<T> => {
    const n = figures.changes++;
    if (!healed && (n === at || (options.forever && n > at))) {
      figures.broke = true;
      if (n === at) await half();
      throw Object.assign(new Error(`${options.code}: change ${n}`), { code: options.code });
    }
    return work();
  };
  const disk = nodeTakeFiles;
  return {
    ...disk,
    figures,
    heal: () => {
      healed = true;
    },
    write: (path, data) =>
      change(
        () => disk.write(path, data),
        () => disk.write(path, data.subarray(0, data.length / 2)),
      ),
    rename: (from, to) => change(() => disk.rename(from, to)),
    remove: (path) => change(() => disk.remove(path)),
    mkdir: (path) => change(() => disk.mkdir(path)),
    syncFolder: (path) => change(() => disk.syncFolder(path)),
    grow: (path) =>
      change(async (): Promise<Appender> => {
        const file = await disk.grow(path);
        return {
          append: (pieces) =>
            change(
              () => file.append(pieces),
              () => file.append(firstHalf(pieces)),
            ),
          sync: () => change(() => file.sync()),
          close: () => file.close(),
        };
      }),
  };
}

function firstHalf(pieces: readonly Uint8Array[]): Uint8Array[] {
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return [bytes.subarray(0, bytes.length / 2)];
}
