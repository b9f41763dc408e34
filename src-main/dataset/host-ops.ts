import { z } from 'zod';
import { editSchema, labelSchema } from '../core/edit';
import type { EpisodeDraft } from '../core/episode';
import { defineWork } from './host-work';

/** The methods of `Dataset`, as work: what a `HostedDataset` calls. */
const index = z.number().int().min(0);
const nothing = z.undefined();
/** Checked in full by `add` itself, against the dataset's spec. */
const draft = z.custom<EpisodeDraft>((value) => typeof value === 'object' && value !== null && 'rows' in value);

export const readWork = defineWork('dataset.read', z.object({ index }), (d, p) => d.read(p.index));
export const addWork = defineWork('dataset.add', z.object({ draft }), (d, p) => d.add(p.draft));
export const editWork = defineWork('dataset.edit', editSchema, (d, edit) => d.edit(edit));
export const undoWork = defineWork('dataset.undo', nothing, (d) => d.undo());
export const redoWork = defineWork('dataset.redo', nothing, (d) => d.redo());
export const trashWork = defineWork('dataset.trash', nothing, (d) => d.trash());
export const emptyTrashWork = defineWork(
  'dataset.emptyTrash',
  z.object({ ids: z.array(z.string()).optional() }),
  (d, p) => d.emptyTrash(p.ids),
);
export const removeWork = defineWork('dataset.remove', z.object({ index }), (d, p) => d.remove(p.index));
export const relabelWork = defineWork('dataset.relabel', z.object({ index, label: labelSchema }), (d, p) =>
  d.relabel(p.index, p.label),
);

export const DATASET_WORKS = [
  readWork,
  addWork,
  editWork,
  undoWork,
  redoWork,
  trashWork,
  emptyTrashWork,
  removeWork,
  relabelWork,
];
