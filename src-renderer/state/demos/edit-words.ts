import type { Edit } from '../../../src-main/core/edit';
import { count } from '../format';

/** What an edit has done, for the line with "Undo" in it. */
export function editWords(edit: Edit): string {
  switch (edit.kind) {
    case 'relabel':
      return `Changed the labels of ${count(edit.episodes.length, 'demonstration')}`;
    case 'remove':
      return `Deleted ${count(edit.episodes.length, 'demonstration')}`;
    case 'trim':
      return `Trimmed demonstration ${edit.episode} to ${count(edit.to - edit.from, 'row')}`;
    case 'split':
      return `Split demonstration ${edit.episode} into ${edit.at.length + 1}`;
    case 'merge':
      return `Merged ${edit.episodes.length} demonstrations into one`;
    case 'restore':
      return `Brought back ${count(edit.ids.length, 'demonstration')}`;
  }
}
