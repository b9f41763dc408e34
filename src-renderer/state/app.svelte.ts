import { Emitter } from '../../src-main/core/emitter';
import type { AppState } from '../../src-main/core/state';
import type { Unsubscribe } from '../../src-main/core/types';
import { call, onEvent } from '../bridge';

/** The mirror of main's slow state: replaced whole, never edited. `null` until main has spoken. */
class AppMirror {
  current = $state.raw<AppState | null>(null);
  readonly #watchers = new Emitter<AppState>();

  /** For readers that are not components. */
  watch(listener: (state: AppState) => void): Unsubscribe {
    return this.#watchers.on(listener);
  }

  connect(): void {
    onEvent('state', (state) => this.#take(state));
    call('app.state').then(
      (state) => {
        if (!this.current) this.#take(state);
      },
      () => {}, // main will send its state by itself as soon as it has one
    );
  }

  #take(state: AppState): void {
    this.current = state;
    this.#watchers.emit(state);
  }
}

export const app = new AppMirror();
