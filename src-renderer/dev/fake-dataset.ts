import type { EpisodeDetail, EpisodeVideos } from '../../src-main/core/contract';
import { type Edit, tagsAfter } from '../../src-main/core/edit';
import type { EpisodeInfo, EpisodeRow, TrashEntry } from '../../src-main/core/episode';
import type { DatasetState } from '../../src-main/core/state';
import { qualityOf, rowsOf, someEpisodes } from './canned/episodes';
import { spec } from './canned/robot';
import { numberedVideo } from './canned/video';

/** An episode and which rows of a canned one it shows. */
interface Held {
  readonly info: EpisodeInfo;
  readonly parts: readonly { readonly of: EpisodeInfo; readonly from: number; readonly to: number }[];
}
interface Step {
  readonly what: string;
  readonly list: readonly Held[];
  readonly trash: readonly (TrashEntry & { readonly held: Held })[];
}

/** A dataset in the page's memory that can be edited and undone, to look at the Demos screen with. */
export class FakeDataset {
  #now: Step;
  #past: Step[] = [];
  #future: Step[] = [];
  #made = 0;

  constructor(
    readonly fps: number,
    episodes: number,
  ) {
    const list = someEpisodes(episodes).map((info) => ({ info, parts: [{ of: info, from: 0, to: info.length }] }));
    this.#now = { what: '', list, trash: [] };
  }

  list = (): readonly EpisodeInfo[] => this.#now.list.map((h) => h.info);
  quality = () => qualityOf(this.list());
  trash = (): readonly TrashEntry[] => this.#now.trash.map(({ held: _, ...entry }) => entry);

  state(base: DatasetState): DatasetState {
    const list = this.list();
    return {
      ...base,
      episodes: list.length,
      frames: list.reduce((sum, e) => sum + e.length, 0),
      successes: list.filter((e) => e.success).length,
      tasks: [...new Set(list.map((e) => e.task))],
      edits: {
        undo: this.#past.length > 0 ? this.#now.what : null,
        redo: this.#future.at(-1)?.what ?? null,
        trash: this.#now.trash.length,
      },
    };
  }

  async detail(index: number): Promise<EpisodeDetail> {
    const held = this.#held(index);
    const rows = held.parts.flatMap(({ of, from, to }): EpisodeRow[] => rowsOf(of).slice(from, to));
    return {
      ...held.info,
      rows,
      jointNames: spec.joints.map((j) => j.name),
      actionNames: spec.joints.map((j) => j.name),
      environmentNames: ['cube.x', 'cube.y', 'cube.z'],
      videos: await this.videos(index),
    };
  }

  async videos(index: number): Promise<EpisodeVideos> {
    const part = this.#held(index).parts[0];
    const from = (part?.from ?? 0) / this.fps;
    const [front, wrist] = await Promise.all([
      numberedVideo('front', 400, this.fps, 200),
      numberedVideo('wrist', 400, this.fps, 30),
    ]);
    const to = from + this.#held(index).info.length / this.fps;
    return { front: { url: front, from, to }, wrist: { url: wrist, from, to } };
  }

  edit(edit: Edit): readonly EpisodeInfo[] {
    const { list, trash } = this.#now;
    const gone = (held: Held, reason: TrashEntry['reason']) => ({
      id: held.info.id,
      task: held.info.task,
      success: held.info.success,
      length: held.info.length,
      removed: new Date().toISOString(),
      reason,
      bytes: held.info.length * 2100,
      held,
    });
    const cut = (held: Held, from: number, to: number): Held => {
      const [part] = held.parts;
      const start = part?.from ?? 0;
      const info = { ...held.info, id: `m-${this.#made++}`, length: to - from, duration: (to - from) / this.fps };
      return { info, parts: [{ of: part?.of ?? held.info, from: start + from, to: start + to }] };
    };
    const replace = (index: number, by: readonly Held[], reason: TrashEntry['reason'], what: string) => {
      this.#do({
        what,
        list: list.flatMap((h, i) => (i === index ? by : [h])),
        trash: [gone(this.#held(index), reason), ...trash],
      });
      return by.map((h) => this.#now.list.find((n) => n.info.id === h.info.id)?.info ?? h.info);
    };
    switch (edit.kind) {
      case 'relabel': {
        const next = list.map((h, i): Held => {
          if (!edit.episodes.includes(i)) return h;
          const { addTags: _, removeTags: __, ...label } = edit.label;
          return {
            ...h,
            info: { ...h.info, ...JSON.parse(JSON.stringify(label)), tags: tagsAfter(h.info.tags, edit.label) },
          };
        });
        this.#do({ what: `relabel ${edit.episodes.length}`, list: next, trash });
        return edit.episodes.map((i) => this.#held(i).info);
      }
      case 'remove':
        this.#do({
          what: `delete ${edit.episodes.length} episodes`,
          list: list.filter((_, i) => !edit.episodes.includes(i)),
          trash: [...edit.episodes.map((i) => gone(this.#held(i), 'remove')), ...trash],
        });
        return [];
      case 'trim':
        return replace(
          edit.episode,
          [cut(this.#held(edit.episode), edit.from, edit.to)],
          'trim',
          `trim episode ${edit.episode}`,
        );
      case 'split': {
        const held = this.#held(edit.episode);
        const edges = [0, ...edit.at, held.info.length];
        const parts = edit.at.concat(0).map((_, i) => cut(held, edges[i] ?? 0, edges[i + 1] ?? 0));
        return replace(edit.episode, parts, 'split', `split episode ${edit.episode}`);
      }
      case 'merge': {
        const all = edit.episodes.map((i) => this.#held(i));
        const length = all.reduce((sum, h) => sum + h.info.length, 0);
        const [first] = all;
        if (!first) return [];
        const info = { ...first.info, id: `m-${this.#made++}`, length, duration: length / this.fps };
        const joined: Held = { info, parts: all.flatMap((h) => h.parts) };
        this.#do({
          what: `merge ${all.length} episodes`,
          list: list.flatMap((h) => (h === first ? [joined] : all.includes(h) ? [] : [h])),
          trash: [...all.map((h) => gone(h, 'merge')), ...trash],
        });
        return [info];
      }
      case 'restore': {
        const back = trash.filter((e) => edit.ids.includes(e.id));
        this.#do({
          what: `restore ${back.length}`,
          list: [...list, ...back.map((e) => e.held)],
          trash: trash.filter((e) => !back.includes(e)),
        });
        return back.map((e) => e.held.info);
      }
    }
  }

  undo(): string | null {
    const before = this.#past.pop();
    if (!before) return null;
    const { what } = this.#now;
    this.#future.push(this.#now);
    this.#now = before;
    return what;
  }

  redo(): string | null {
    const after = this.#future.pop();
    if (!after) return null;
    this.#past.push(this.#now);
    this.#now = after;
    return after.what;
  }

  emptyTrash(): void {
    this.#now = { ...this.#now, trash: [] };
    this.#past = [];
    this.#future = [];
  }

  #held(index: number): Held {
    const held = this.#now.list[index];
    if (!held) throw new Error(`no episode ${index}`);
    return held;
  }

  #do(next: Step): void {
    this.#past.push(this.#now);
    this.#future = [];
    this.#now = { ...next, list: next.list.map((h, index) => ({ ...h, info: { ...h.info, index } })) };
  }
}
