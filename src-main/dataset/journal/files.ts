import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, nodeFiles } from '../files';

/** A file that only grows. */
export interface Appender {
  /** Resolves when the system has it: it survives the process, not yet a power cut. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Resolves when the disk has it. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `Files`, and files that grow: the seam at which tests break the disk. */
export interface TakeFiles extends Files {
  /** Creates it, or empties it. */
  grow(path: string): Promise<Appender>;
}

export const nodeTakeFiles: TakeFiles = {
  ...nodeFiles,
  async grow(path) {
    return new NodeAppender(await open(path, 'w'));
  },
};

class NodeAppender implements Appender {
  constructor(private readonly handle: FileHandle) {}

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    let rest = pieces.filter((piece) => piece.length > 0);
    while (rest.length > 0) {
      // Bounded, as the system bounds a gathering write.
      const { bytesWritten } = await this.handle.writev(rest.slice(0, 512));
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
      rest = after(rest, bytesWritten);
    }
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A short write is no error: the rest of the pieces. */
function after(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  for (const [i, piece] of pieces.entries()) {
    if (left < piece.length) return [piece.subarray(left), ...pieces.slice(i + 1)];
    left -= piece.length;
  }
  return [];
}

/** Where takes lie in a dataset's folder. */
export const takesFolder = (dataset: string): string => join(dataset, '.understudy', 'takes');
export const unreadableFolder = (dataset: string): string => join(dataset, '.understudy', 'unreadable');
export const takeFile = (dataset: string, id: string): string => join(takesFolder(dataset), `${id}.take`);
