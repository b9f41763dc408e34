import { lookWork, qualityWork } from '../coach/works';
import { toFault } from '../core/fault';
import type { DatasetQuality } from '../core/quality';
import type { HostedDataset } from '../dataset/host-dataset';

export interface QualityHost {
  dataset(): HostedDataset | null;
  /** A take is under way: the processor is needed for it. */
  busy(): boolean;
  /** There is more to know about the quality of demonstrations. */
  changed(): void;
  failed(error: unknown): void;
}

/** Milliseconds of work at a stretch, and the least pause after it: at most half of one core. */
const WORK = 200;
const PAUSE = 200;
/** Looked up again after this long while a take is under way, ms. */
const WAIT = 500;
/** The page is told at most so often, ms; large datasets less often, for it reads everything again. */
const TELL = 1500;
const TELL_PER_EPISODE = 2;

const EMPTY: DatasetQuality = {
  episodes: [],
  advice: [],
  coverage: { axes: [], points: [], gaps: [] },
  pending: 0,
};

/** Has new and changed demonstrations looked at in the dataset process, in the background, bit by bit. */
export class QualityWatch {
  #running = false;
  #again = false;
  #closed = false;
  readonly #forget = new Set<string>();

  constructor(private readonly host: QualityHost) {}

  async quality(): Promise<DatasetQuality> {
    this.look();
    return (await this.host.dataset()?.run(qualityWork, undefined)) ?? EMPTY;
  }

  /** These were edited: measure them again. */
  edited(ids: readonly string[]): void {
    for (const id of ids) this.#forget.add(id);
    this.look();
  }

  /** There may be something new to look at. */
  look(): void {
    this.#again = true;
    if (this.#running || this.#closed) return;
    this.#running = true;
    this.#run()
      .catch((error) => {
        if (!this.#closed && !EXPECTED.has(toFault(error).kind)) this.host.failed(error);
      })
      .finally(() => {
        this.#running = false;
      });
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      const dataset = this.host.dataset();
      if (dataset) await this.#lookThrough(dataset);
    }
  }

  async #lookThrough(dataset: HostedDataset): Promise<void> {
    let told = performance.now();
    let news = false;
    for (let pending = 1; pending > 0; ) {
      while (this.host.busy() && !this.#closed) await sleep(WAIT);
      if (this.#closed || this.host.dataset() !== dataset) return;
      const forget = [...this.#forget];
      this.#forget.clear();
      const looked = await dataset.run(lookWork, { budget: WORK, forget });
      pending = looked.pending;
      news ||= looked.done > 0;
      if (news && (pending === 0 || performance.now() - told > TELL + TELL_PER_EPISODE * dataset.list().length)) {
        told = performance.now();
        news = false;
        this.host.changed();
      }
      if (pending > 0) await sleep(PAUSE);
    }
  }
}

/** The dataset was closed, or its process ended: whoever opens the next one asks again. */
const EXPECTED: ReadonlySet<string> = new Set(['not-found', 'child-died', 'cancelled']);

const sleep = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms).unref();
  });
