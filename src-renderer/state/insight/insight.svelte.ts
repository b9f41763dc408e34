import type { Params } from '../../../src-main/core/contract';
import { type Fault, toFault } from '../../../src-main/core/fault';
import type { Insight, InsightList } from '../../../src-main/core/insight';
import type { CheckpointInfo } from '../../../src-main/core/learning';
import { call } from '../../bridge';
import { act } from '../act';

type Source = Params<'insight.compare'>['dataset'];

/** "What it learned" of one policy: its demonstrations, and the comparison with one of them. */
class InsightView {
  /** Null: the panel is closed. */
  policy = $state.raw<CheckpointInfo | null>(null);
  source = $state<Source>('own');
  list = $state.raw<InsightList | null>(null);
  episode = $state<number | null>(null);
  result = $state.raw<Insight | null>(null);
  busy = $state<'list' | 'compare' | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** Goes up with each question; an answer to an older one is dropped. */
  #asked = 0;

  async open(policy: CheckpointInfo): Promise<void> {
    this.policy = policy;
    // A policy made elsewhere has no demonstrations of its own.
    await this.use(policy.spec.kind === 'onnx' ? 'open' : 'own');
  }

  close(): void {
    if (!this.policy) return;
    this.#asked++;
    this.policy = null;
    this.#forget();
    this.busy = null;
    void act('insight.close');
  }

  /** Demonstrations of the dataset it was trained on, or of the one that is open; compares with the first of them. */
  async use(source: Source): Promise<void> {
    this.source = source;
    this.#forget();
    const { policy } = this;
    if (!policy) return;
    const list = await this.#ask('list', () => call('insight.episodes', { policy: policy.id, dataset: source }));
    if (!list) return;
    this.list = list;
    const first = list.episodes[0];
    if (first) await this.choose(first.index);
  }

  async choose(episode: number): Promise<void> {
    const { policy, source } = this;
    if (!policy) return;
    this.episode = episode;
    this.result = null;
    const about = { policy: policy.id, dataset: source, episode };
    this.result = (await this.#ask('compare', () => call('insight.compare', about))) ?? this.result;
  }

  again(): void {
    if (this.list && this.episode !== null) void this.choose(this.episode);
    else void this.use(this.source);
  }

  #forget(): void {
    this.list = null;
    this.episode = null;
    this.result = null;
    this.fault = null;
  }

  async #ask<T>(what: 'list' | 'compare', question: () => Promise<T>): Promise<T | null> {
    const mine = ++this.#asked;
    this.busy = what;
    this.fault = null;
    try {
      const answer = await question();
      return mine === this.#asked ? answer : null;
    } catch (error) {
      if (mine === this.#asked) this.fault = toFault(error);
      return null;
    } finally {
      if (mine === this.#asked) this.busy = null;
    }
  }
}

export const insight = new InsightView();
