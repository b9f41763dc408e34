import { z } from 'zod';
import type { EditState, EpisodeInfo } from '../core/episode';
import type { FaultKind } from '../core/fault';
import type { WorkProgress } from './host-work';

/**
 * What goes between the owner of datasets (main) and the process that works on them. A dataset is named by the number
 * its owner gave it (`set`; 0 = none). Every call is answered once, by `done` or `failed`.
 */
const id = z.number().int().min(1);
const set = z.number().int().min(0);

export const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id, set, name: z.string().max(80), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id }),
]);
export type ToHost = z.infer<typeof toHostSchema>;

/** Where a camera's pictures of an episode are; `file` is absolute, null when the video is missing. */
export interface Segment {
  readonly camera: string;
  readonly file: string | null;
  readonly from: number;
  readonly to: number;
}

export interface Entry {
  readonly info: EpisodeInfo;
  readonly segments: readonly Segment[];
}

/** A change of the list: at `at`, `remove` entries give way to `insert`; later ones only move. */
export interface ContentChange {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly Entry[];
  readonly edits: EditState;
  readonly readOnly: string | null;
}

/** The process is of the same build as its owner: what comes back is typed, not parsed again. */
export type FromHost =
  | { readonly type: 'content'; readonly set: number; readonly change: ContentChange }
  | { readonly type: 'progress'; readonly id: number; readonly progress: WorkProgress }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly fault: { kind: FaultKind; message: string; tip: string } };
