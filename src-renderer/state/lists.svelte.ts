import type { EpisodeInfo } from '../../src-main/core/episode';
import type { CheckpointInfo } from '../../src-main/core/learning';
import { act } from './act';

/** Lists that main keeps and says `changed` about. `null` until read once. */
class Episodes {
  list = $state.raw<readonly EpisodeInfo[] | null>(null);

  async load(): Promise<void> {
    this.list = (await act('dataset.episodes')) ?? this.list;
  }
}

class Checkpoints {
  list = $state.raw<readonly CheckpointInfo[] | null>(null);

  async load(): Promise<void> {
    this.list = (await act('policy.list')) ?? this.list;
  }
}

export const episodes = new Episodes();
export const checkpoints = new Checkpoints();
