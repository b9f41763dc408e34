export interface Notice {
  readonly key: number;
  readonly text: string;
  readonly action: { readonly title: string; readonly run: () => void } | null;
}

const SECONDS = 9;

/** One line about what has just been done, with the way back in it. A newer one takes its place. */
class Notices {
  current = $state.raw<Notice | null>(null);
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, action: Notice['action'] = null): void {
    clearTimeout(this.#timer);
    this.current = { key: this.#next++, text, action };
    this.#timer = setTimeout(() => this.hide(), SECONDS * 1000);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }
}

export const notices = new Notices();
