import { type Edit, type EpisodeLabel, tagsAfter } from '../core/edit';
import type { TrashEntry } from '../core/episode';
import { fault } from '../core/fault';
import { type EpisodeRecord, freeId } from './record';
import { recordAt } from './store';

/**
 * Every edit is one primitive: some episodes leave the list, some come to a place in it, some get other labels. What
 * comes is made of rows of episodes that are in the list or in the trash. So an edit can be turned round, done again
 * and carried out by one piece of code (restage.ts).
 */
export type Labels = Pick<EpisodeRecord, 'task' | 'success' | 'tags' | 'recorded'>;
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** An episode of the list, or an entry of the trash. */
  readonly live?: string;
  readonly trash?: string;
}
export interface Arrival {
  /** Its place in the new list; null: the end. */
  readonly at: number | null;
  readonly id: string;
  readonly labels: Labels;
  readonly pieces: readonly Piece[];
}
export interface Kept {
  readonly key: string;
  readonly reason: TrashEntry['reason'];
}
export interface Departure {
  readonly id: string;
  /** Its name in the trash; null when it can be made again from what is there. */
  readonly keep: Kept | null;
}
export interface Change {
  /** What it does, as in `undo: delete 3 episodes`. */
  readonly phrase: string;
  readonly leave: readonly Departure[];
  /** In the order of their places. */
  readonly come: readonly Arrival[];
  readonly relabel: readonly { readonly id: string; readonly label: EpisodeLabel }[];
}

/** What an edit may use of the trash. */
export interface InTrash {
  readonly key: string;
  readonly reason: TrashEntry['reason'];
  readonly record: EpisodeRecord;
}
export interface Scene {
  readonly records: readonly EpisodeRecord[];
  readonly trash: ReadonlyMap<string, InTrash>;
}

export const plural = (n: number, what: string): string => (n === 1 ? `1 ${what}` : `${n} ${what}s`);
export const labelsOf = ({ task, success, tags, recorded }: EpisodeRecord): Labels => ({
  task,
  success,
  tags,
  recorded,
});
export const normal = (tags: readonly string[]): string[] => [...new Set(tags.map((tag) => tag.trim()))].sort();
const whole = (length: number) => ({ from: 0, to: length });
const nothing = { leave: [], come: [], relabel: [] };

export function arrange(edit: Edit, scene: Scene): Change {
  const names = namer(scene);
  const gone = (index: number, reason: Kept['reason']): Departure => {
    const { id } = recordAt(scene, index);
    return { id, keep: { key: names.key(id), reason } };
  };
  switch (edit.kind) {
    case 'relabel': {
      const chosen = [...new Set(edit.episodes)].map((index) => recordAt(scene, index));
      const { addTags, removeTags, ...label } = edit.label;
      const tagged = label.tags ?? addTags ?? removeTags;
      const phrase = `change the labels of ${plural(chosen.length, 'episode')}`;
      const relabel = chosen.map(({ id, tags }) => ({
        id,
        label: tagged ? { ...label, tags: normal(tagsAfter(tags, edit.label)) } : label,
      }));
      return { ...nothing, phrase, relabel };
    }
    case 'remove': {
      const indices = [...new Set(edit.episodes)].sort((a, b) => a - b);
      const leave = indices.map((index) => gone(index, 'remove'));
      return { ...nothing, phrase: `delete ${plural(leave.length, 'episode')}`, leave };
    }
    case 'trim': {
      const record = recordAt(scene, edit.episode);
      const { from, to } = edit;
      if (from >= to || to > record.length)
        throw wrong(`Rows ${from} to ${to} are not a part of its ${record.length} rows`, 'Choose at least one row.');
      if (to - from === record.length) return { ...nothing, phrase: 'trim nothing' };
      const pieces = [{ live: record.id, from, to }];
      const come = [{ at: edit.episode, id: record.id, labels: labelsOf(record), pieces }];
      return { ...nothing, phrase: 'trim 1 episode', leave: [gone(edit.episode, 'trim')], come };
    }
    case 'split': {
      const record = recordAt(scene, edit.episode);
      const cuts = [...new Set(edit.at)].sort((a, b) => a - b);
      if (cuts.some((row) => row >= record.length))
        throw wrong(`It has no row ${cuts[cuts.length - 1]} to be cut at`, `Choose rows 1 to ${record.length - 1}.`);
      const edges = [0, ...cuts, record.length];
      const come = edges.slice(1).map((to, k) => ({
        at: edit.episode + k,
        id: names.id(`${record.id.slice(0, 56)}-${k + 1}`),
        labels: labelsOf(record),
        pieces: [{ live: record.id, from: edges[k] ?? 0, to }],
      }));
      return { ...nothing, phrase: 'split 1 episode', leave: [gone(edit.episode, 'split')], come };
    }
    case 'merge': {
      if (new Set(edit.episodes).size < edit.episodes.length)
        throw wrong('An episode cannot be joined with itself', 'Choose different ones.');
      const parts = edit.episodes.map((index) => recordAt(scene, index));
      const [head] = parts as [EpisodeRecord];
      const last = parts[parts.length - 1] ?? head;
      const labels = {
        ...labelsOf(head),
        success: last.success,
        tags: normal(parts.flatMap((part) => part.tags)),
      };
      const first = edit.episodes[0] ?? 0;
      const come = {
        at: first - edit.episodes.filter((index) => index < first).length,
        id: names.id(`${head.id.slice(0, 56)}-m`),
        labels,
        pieces: parts.map((part) => ({ live: part.id, ...whole(part.length) })),
      };
      const leave = [...edit.episodes].sort((a, b) => a - b).map((index) => gone(index, 'merge'));
      return { ...nothing, phrase: `join ${parts.length} episodes`, leave, come: [come] };
    }
    case 'restore': {
      const come = [...new Set(edit.ids)].map((key): Arrival => {
        const entry = scene.trash.get(key);
        if (!entry) throw fault('not-found', `The trash has no entry ${key}`, 'Look at the trash again.');
        const { record } = entry;
        const pieces = [{ trash: key, ...whole(record.length) }];
        return { at: null, id: names.id(record.id), labels: labelsOf(record), pieces };
      });
      return { ...nothing, phrase: `restore ${plural(come.length, 'episode')}`, come };
    }
    default:
      return edit satisfies never;
  }
}

const wrong = (why: string, tip: string) => fault('bad-input', why, tip);

/** Gives names that no other episode and no other entry of the trash has. */
function namer({ records, trash }: Scene) {
  const ids = new Set(records.map((record) => record.id));
  const keys = new Set(trash.keys());
  const claim = (wanted: string, taken: Set<string>) => {
    const free = freeId(wanted, (name) => taken.has(name));
    taken.add(free);
    return free;
  };
  return { id: (wanted: string) => claim(wanted, ids), key: (wanted: string) => claim(wanted, keys) };
}

/** The change that takes `change` back; `scene` is what it was made for. */
export function invert(change: Change, { records, trash }: Scene): Change {
  const places = new Map(records.map((record, index) => [record.id, index]));
  const leave = change.come.map(({ id, pieces }): Departure => {
    const entry = pieces[0]?.trash === undefined ? undefined : trash.get(pieces[0].trash);
    return { id, keep: entry ? { key: entry.key, reason: entry.reason } : null };
  });
  const come = change.leave.flatMap(({ id, keep }): Arrival[] => {
    const at = places.get(id);
    const record = records[at ?? -1];
    if (at === undefined || !record || !keep) return [];
    return [{ at, id, labels: labelsOf(record), pieces: [{ trash: keep.key, ...whole(record.length) }] }];
  });
  const relabel = change.relabel.flatMap(({ id }) => {
    const record = records[places.get(id) ?? -1];
    if (!record) return [];
    const { task, success, tags } = record;
    return [{ id, label: { task, success, tags: [...tags] } }];
  });
  come.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  return { phrase: change.phrase, leave, come, relabel };
}
