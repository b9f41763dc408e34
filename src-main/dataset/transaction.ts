import { dirname, join } from 'node:path';
import { z } from 'zod';
import { corrupt, folderFault } from './errors';
import type { Files } from './files';
import { codeOf } from './files';
import { inside } from './layout';

/**
 * Several files changed as one. New contents are written beside the dataset's files (staged), then a journal that lists
 * the renames is put in place by one atomic rename: that is the commit. From there the renames are only carried out,
 * and whoever opens the folder next carries them out if this process cannot. Before it, staged files are litter.
 */
const HOME = '.understudy';
const JOURNAL = `${HOME}/journal.json`;
const journalSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(/^\d+-[a-z0-9-]+$/),
  pid: z.number().int().positive(),
  moves: z.array(z.tuple([z.string(), z.string()])),
  remove: z.array(z.string()),
});
type Journal = z.infer<typeof journalSchema>;

/** Transactions under way in this process, by id: a journal or a staging folder of ours that is not here is litter. */
const live = new Set<string>();
let counter = 0;

/** The change is decided and durable, but the folder went away (or read-only) before the files were in their places. */
export class NotInPlace extends Error {
  constructor(cause: unknown) {
    super('journal not carried out', { cause });
  }
}

export class Transaction {
  readonly #files: Files;
  readonly #root: string;
  readonly #id = `${process.pid}-${Date.now().toString(36)}-${counter++}`;
  readonly #moves: [string, string][] = [];
  readonly #remove: string[] = [];
  readonly #targets = new Set<string>();
  readonly #sources = new Set<string>();
  readonly #writes: Promise<void>[] = [];
  #opened: Promise<void> | undefined;

  constructor(files: Files, root: string) {
    this.#files = files;
    this.#root = root;
    live.add(this.#id);
  }

  /**
   * Begins to write the new content of `to`; resolves when it is on disk, rejects as `commit` will. Renames happen in
   * the order of the calls.
   */
  stage(to: string, data: Uint8Array): Promise<void> {
    const from = `${this.#staging}/${this.#writes.length}`;
    this.#moves.push([from, to]);
    this.#opened ??= this.#files.mkdir(join(this.#root, this.#staging));
    const write = this.#opened.then(() => this.#files.write(join(this.#root, from), data));
    this.#writes.push(write);
    this.#targets.add(to);
    write.catch(() => undefined); // whoever does not wait is told by commit
    return write;
  }

  /** Whether `path` gets new content. */
  replaces(path: string): boolean {
    return this.#targets.has(path);
  }

  /** `from` may be absent. It must not get new content in the same change: carried out twice, that would be moved. */
  move(from: string, to: string): void {
    this.#sources.add(from);
    this.#targets.add(to);
    this.#moves.push([from, to]);
  }

  remove(path: string): void {
    this.#remove.push(path);
  }

  /** Rejects with nothing changed, or with `NotInPlace` when the journal stands and a rename failed. */
  async commit(): Promise<void> {
    const both = [...this.#sources].find((path) => this.#targets.has(path));
    if (both !== undefined) throw new Error(`${both} would be moved and replaced in one change`);
    const journal: Journal = { version: 1, id: this.#id, pid: process.pid, moves: this.#moves, remove: this.#remove };
    const files = this.#files;
    const draft = join(this.#root, this.#staging, 'journal');
    try {
      await Promise.all(this.#writes);
      await files.mkdir(dirname(draft));
      for (const folder of new Set(this.#moves.map(([, to]) => dirname(inside(this.#root, to)))))
        await files.mkdir(folder);
      await files.write(draft, new TextEncoder().encode(JSON.stringify(journal)));
      await files.syncFolder(dirname(draft));
      await files.rename(draft, join(this.#root, JOURNAL));
    } catch (error) {
      await this.abandon();
      throw error;
    }
    try {
      await carryOut(files, this.#root, journal).catch(() => carryOut(files, this.#root, journal));
    } catch (error) {
      throw new NotInPlace(error);
    } finally {
      live.delete(this.#id);
    }
  }

  /** Forgets everything staged. Never throws: what cannot be deleted now is deleted at the next opening. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#writes);
    live.delete(this.#id);
    await this.#files.remove(join(this.#root, this.#staging)).catch(() => undefined);
  }

  get #staging(): string {
    return `${HOME}/staging-${this.#id}`;
  }
}

/** Can be repeated: a rename whose source is gone was done before. */
async function carryOut(files: Files, root: string, journal: Journal): Promise<void> {
  await files.syncFolder(join(root, HOME));
  const folders = new Set<string>();
  for (const [from, to] of journal.moves) {
    const target = inside(root, to);
    const source = inside(root, from);
    if (!folders.has(dirname(target))) await files.mkdir(dirname(target));
    folders.add(dirname(target));
    if (await files.exists(source)) await files.rename(source, target);
  }
  for (const path of journal.remove) await files.remove(inside(root, path));
  await Promise.all([...folders].map((folder) => files.syncFolder(folder)));
  await files.remove(join(root, JOURNAL));
  await files.remove(join(root, HOME, `staging-${journal.id}`)).catch(() => undefined);
}

/** Finishes what a dead process left half done and sweeps its litter. Leaves a living process's work alone. */
export async function recover(files: Files, root: string, patience = 2000): Promise<void> {
  const path = join(root, JOURNAL);
  for (let waited = 0; await files.exists(path); waited += 20) {
    const journal = await readJournal(files, path);
    if (journal && (waited >= patience || !alive(journal.id, journal.pid))) {
      await carryOut(files, root, journal).catch((error: unknown) => {
        throw folderFault(error, `The last change of ${root} is stored but could not be put in its place`);
      });
    } else await new Promise((done) => setTimeout(done, 20));
  }
  for (const name of await files.list(join(root, HOME))) {
    const [, id, pid] = /^staging-((\d+)-.*)$/.exec(name) ?? [];
    if (id && !alive(id, Number(pid))) await files.remove(join(root, HOME, name)).catch(() => undefined);
  }
}

async function readJournal(files: Files, path: string): Promise<Journal | null> {
  try {
    return journalSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path))));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw corrupt(path, 'it does not parse', error);
  }
}

/** Whether the process that owns a transaction may still be at work on it. */
function alive(id: string, pid: number): boolean {
  if (pid === process.pid) return live.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
