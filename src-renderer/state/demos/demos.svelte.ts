import type { Edit } from '../../../src-main/core/edit';
import type { EpisodeInfo } from '../../../src-main/core/episode';
import type { EpisodeQuality } from '../../../src-main/core/quality';
import { act } from '../act';
import { episodes, quality } from '../lists.svelte';
import { notices } from '../notices.svelte';
import { editWords } from './edit-words';
import { type EpisodeFilter, EVERYTHING, facets, visible } from './filter';
import { keep, NOTHING, only, type Selection } from './selection';

/** What the Demos screen shows and has chosen. It outlives the screen: one comes back to where one was. */
class Demos {
  filter = $state.raw<EpisodeFilter>(EVERYTHING);
  selection = $state.raw<Selection>(NOTHING);
  /** An edit is under way. */
  busy = $state(false);

  readonly judged = $derived<ReadonlyMap<string, EpisodeQuality>>(
    new Map((quality.current?.episodes ?? []).map((q) => [q.id, q])),
  );
  readonly #scores = $derived(new Map([...this.judged].map(([id, { score }]) => [id, score])));
  readonly facets = $derived(facets(episodes.list ?? []));
  readonly shown = $derived(visible(episodes.list ?? [], this.filter, this.#scores));
  readonly order = $derived(this.shown.map((e) => e.id));
  readonly focused = $derived(this.shown.find((e) => e.id === this.selection.focus) ?? null);
  /** In the order shown. */
  readonly chosen = $derived<readonly EpisodeInfo[]>(this.shown.filter((e) => this.selection.ids.has(e.id)));

  /** The list has changed: what was chosen stays chosen. The first time the newest is: one has just recorded it. */
  follow(before: readonly string[], after: readonly string[]): void {
    const newest = episodes.list?.at(-1)?.id;
    if (this.selection.focus === null && newest !== undefined && after.includes(newest)) this.selection = only(newest);
    else this.selection = keep(before, after, this.selection);
  }

  /** Shows this one, whatever the filter says. */
  open(id: string): void {
    if (!this.order.includes(id))
      this.filter = { ...EVERYTHING, sort: this.filter.sort, descending: this.filter.descending };
    this.selection = only(id);
  }

  async edit(edit: Edit): Promise<void> {
    const changed = await this.#work(() => act('dataset.edit', edit));
    if (!changed) return;
    notices.say(editWords(edit), { title: 'Undo', run: () => void this.undo() });
    await episodes.load();
    if (edit.kind === 'relabel' || edit.kind === 'remove') return;
    const ids = changed.map((e) => e.id).filter((id) => this.order.includes(id));
    const [first = null] = ids;
    if (first !== null) this.selection = { ids: new Set(ids), focus: first, anchor: first };
  }

  async undo(): Promise<void> {
    const undone = await this.#work(() => act('dataset.undo'));
    if (undone) notices.say(`Undone: ${undone}`, { title: 'Redo', run: () => void this.redo() });
    await episodes.load();
  }

  async redo(): Promise<void> {
    const redone = await this.#work(() => act('dataset.redo'));
    if (redone) notices.say(`Done again: ${redone}`, { title: 'Undo', run: () => void this.undo() });
    await episodes.load();
  }

  /** For good: what the last notice offers to undo may need what is gone. */
  async emptyTrash(): Promise<void> {
    notices.hide();
    await this.#work(() => act('dataset.emptyTrash', {}));
  }

  /** One edit at a time: the second would speak of places that the first has moved. */
  async #work<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }
}

export const demos = new Demos();
