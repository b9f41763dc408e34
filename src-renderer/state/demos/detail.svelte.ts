import { untrack } from 'svelte';
import type { EpisodeDetail } from '../../../src-main/core/contract';
import type { EpisodeInfo } from '../../../src-main/core/episode';
import { act } from '../act';

/** Milliseconds: whoever runs through the list with an arrow key held down need not wait for each. */
const PAUSE = 80;

/** The rows and videos of the focused episode; the one before stays until the next is there. For use in a component. */
export class Detail {
  current = $state.raw<EpisodeDetail | null>(null);

  constructor(focused: () => EpisodeInfo | null) {
    // What must be read again: another episode, other rows, or another place (its videos' address). Labels need not.
    const wanted = $derived.by(() => {
      const info = focused();
      return info && `${info.id} ${info.index} ${info.length}`;
    });
    $effect(() => {
      void wanted;
      const index = untrack(() => focused()?.index);
      if (index === undefined) {
        this.current = null;
        return;
      }
      let stale = false;
      const wait = setTimeout(
        () => {
          void act('dataset.episode', { index }).then((read) => {
            if (!stale && read) this.current = read;
          });
        },
        untrack(() => this.current) ? PAUSE : 0,
      );
      return () => {
        stale = true;
        clearTimeout(wait);
      };
    });
  }
}
