import type { Dataset, EpisodeInfo, EpisodeRow } from '../core/episode';
import type { DatasetQuality } from '../core/quality';
import { readCache, writeCache } from './cache';
import { type EpisodeMeasure, measure } from './measure';
import { lookAtPictures } from './pictures/look';
import { qualityInSteps } from './quality';
import { motionOf, type Sizes, sizesOf } from './rows/motion';
import { wayUpTo } from './rows/path';

type Source = Pick<Dataset, 'folder' | 'spec' | 'readOnly' | 'list' | 'read' | 'video'>;

/** Episodes read to learn the range of channels whose unit nobody knows. */
const SAMPLE = 8;
/** The cache is written at most so often while the work goes on, ms. */
const SAVE = 20_000;
/** Judging pauses after this long, ms. */
const STEP = 4;

export interface Looked {
  /** Episodes measured in this call, and those still to be. */
  readonly done: number;
  readonly pending: number;
}

/** Measures the episodes of one dataset bit by bit, remembers what it found, and judges them on demand. */
export class DatasetCoach {
  readonly #measures = new Map<string, EpisodeMeasure>();
  /** Episodes that cannot be read: `dataset.check` is there to say why. */
  readonly #unreadable = new Set<string>();
  readonly #isPending = ({ id, length }: EpisodeInfo): boolean =>
    this.#measures.get(id)?.length !== length && !this.#unreadable.has(id);
  #sizes: Sizes | null = null;
  #loaded: Promise<void> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #saved = 0;
  #unsaved = false;

  constructor(private readonly dataset: Source) {}

  /** These were edited: what was measured of them is of other rows. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#measures.delete(id);
      this.#unreadable.delete(id);
    }
  }

  /** Measures for about `budget` milliseconds, newest first. One call at a time. */
  look(budget: number, breathe: () => Promise<void>): Promise<Looked> {
    const turn = this.#turn.then(() => this.#look(budget, breathe));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #look(budget: number, breathe: () => Promise<void>): Promise<Looked> {
    await this.#load();
    const end = performance.now() + budget;
    let done = 0;
    let list = this.dataset.list();
    let queue = this.#pending();
    for (let next = queue.pop(); next && performance.now() < end; next = queue.pop()) {
      await this.#measure(next);
      done++;
      await breathe();
      if (this.dataset.list() === list) continue;
      list = this.dataset.list();
      queue = this.#pending();
    }
    const pending = this.#pending().length;
    if (done > 0) this.#unsaved = true;
    if (this.#unsaved && (pending === 0 || performance.now() - this.#saved > SAVE)) await this.#save();
    return { done, pending };
  }

  async #measure(info: EpisodeInfo): Promise<void> {
    const { dataset } = this;
    try {
      const episode = await dataset.read(info.index);
      if (episode.rows.length === 0) throw new Error('no rows');
      const sizes = this.#sizes ?? sizesOf(dataset.spec, []);
      const way = wayUpTo(motionOf(episode.rows, dataset.spec, sizes));
      const pictures = await lookAtPictures(dataset, episode, way);
      // Filed under what was read: the list may have changed meanwhile.
      this.#measures.set(episode.id, measure(episode, dataset.spec, sizes, pictures));
    } catch {
      // Said below: whatever could not be read is still to be measured.
    }
    const here = dataset.list()[info.index];
    if (here?.id === info.id && this.#isPending(here)) this.#unreadable.add(info.id);
  }

  async quality(): Promise<DatasetQuality> {
    await this.#load();
    const list = this.dataset.list();
    const current = new Map(
      list.flatMap(({ id, length }) => {
        const known = this.#measures.get(id);
        return known?.length === length ? [[id, known] as const] : [];
      }),
    );
    const steps = qualityInSteps(list, this.dataset.spec, current);
    let until = performance.now() + STEP;
    for (;;) {
      const step = steps.next();
      if (step.done) return { ...step.value, pending: this.#pending().length };
      if (performance.now() < until) continue;
      await new Promise((done) => setImmediate(done));
      until = performance.now() + STEP;
    }
  }

  #pending(): EpisodeInfo[] {
    return this.dataset.list().filter(this.#isPending);
  }

  #load(): Promise<void> {
    this.#loaded ??= (async () => {
      const cached = await readCache(this.dataset.folder);
      const { spec } = this.dataset;
      const channels = [spec.joints.length, (spec.action ?? spec.joints).length];
      const fits = cached && cached.sizes.state.length === channels[0] && cached.sizes.action.length === channels[1];
      this.#sizes = fits ? cached.sizes : await this.#learnSizes();
      if (!fits) return;
      for (const one of cached.measures) this.#measures.set(one.id, one);
    })();
    return this.#loaded;
  }

  async #learnSizes(): Promise<Sizes> {
    const { spec } = this.dataset;
    const raw = [...spec.joints, ...(spec.action ?? [])].some(({ unit }) => unit === 'raw');
    const rows: EpisodeRow[] = [];
    if (raw) {
      const list = [...this.dataset.list()].sort((a, b) => (a.id < b.id ? -1 : 1));
      const step = Math.max(1, Math.floor(list.length / SAMPLE));
      for (const info of list.filter((_, n) => n % step === 0).slice(0, SAMPLE)) {
        await this.dataset.read(info.index).then(
          (episode) => rows.push(...episode.rows),
          () => undefined,
        );
      }
    }
    return sizesOf(spec, rows);
  }

  async #save(): Promise<void> {
    this.#saved = performance.now();
    this.#unsaved = false;
    if (this.dataset.readOnly !== null || !this.#sizes) return;
    const here = new Set(this.dataset.list().map(({ id }) => id));
    const measures = [...this.#measures.values()].filter(({ id }) => here.has(id));
    await writeCache(this.dataset.folder, { sizes: this.#sizes, measures });
  }
}
