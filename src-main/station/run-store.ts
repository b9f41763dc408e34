import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fault } from '../core/fault';
import { type RunSummary, type TrainingRun, trainingRunSchema } from '../core/training-run';

const FILE = 'run.json';

/** Every training there was, in `runs/<id>/run.json`: in memory at once, on the disk a moment later, one after the other. */
export class RunStore {
  readonly #runs = new Map<string, TrainingRun>();
  readonly #dirty = new Set<string>();
  #writing: Promise<void> | null = null;

  constructor(
    readonly folder: string,
    /** Hears of a run that cannot be read or written; the others are not concerned. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Reads what is there. What was under way when the app went down is `interrupted` from now on. */
  async load(): Promise<void> {
    for (const entry of await readdir(this.folder, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory()) continue;
      try {
        const run = parse(await readFile(join(this.folder, entry.name, FILE), 'utf8'), entry.name);
        const open = ['waiting', 'running', 'paused'].includes(run.status);
        if (open) this.put({ ...run, status: 'interrupted' });
        else this.#runs.set(run.id, run);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  /** Newest first. */
  list(): readonly RunSummary[] {
    const summaries = [...this.#runs.values()].map(({ curve: _curve, ...rest }) => rest);
    return summaries.sort((a, b) => b.created.localeCompare(a.created));
  }

  get(id: string): TrainingRun {
    const run = this.#runs.get(id);
    if (run) return run;
    throw fault('not-found', `There is no training "${id}"`, 'It may have been deleted. Choose another one.');
  }

  has(id: string): boolean {
    return this.#runs.has(id);
  }

  /** In memory alone, until it is next put. */
  hold(run: TrainingRun): void {
    this.#runs.set(run.id, run);
  }

  put(run: TrainingRun): void {
    this.#runs.set(run.id, run);
    this.#dirty.add(run.id);
    this.#writing ??= this.#write();
  }

  async remove(id: string): Promise<void> {
    this.get(id);
    this.#runs.delete(id);
    await this.settle();
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** Resolves when all is on the disk, or was refused by it. */
  async settle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // Not before whoever put this run has said all they have to say now.
    await Promise.resolve();
    for (const id of this.#dirty) {
      this.#dirty.delete(id);
      const run = this.#runs.get(id);
      if (run) await this.#writeOne(run).catch((error) => this.failed(error));
    }
    this.#writing = null;
  }

  async #writeOne(run: TrainingRun): Promise<void> {
    const folder = join(this.folder, run.id);
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `${FILE}.${process.pid}.tmp`);
    const file = await open(draft, 'w');
    try {
      await file.writeFile(`${JSON.stringify(run)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, FILE));
  }
}

function parse(text: string, id: string): TrainingRun {
  const bad = (what: string, cause?: unknown) =>
    fault('corrupt', `The record of training ${id} cannot be read: ${what}`, 'Its policy is not concerned.', cause);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw bad('it is not valid JSON', error);
  }
  const parsed = trainingRunSchema.safeParse(data);
  if (!parsed.success) throw bad(z.prettifyError(parsed.error));
  // The folder's name is what it is found by.
  return { ...parsed.data, id };
}
