import type { EpisodeRow } from '../../core/episode';
import type { Vector } from '../../core/types';

/** A row that another program recorded: what was asked is not known apart from what was sent. */
export const importedRow = (t: number, state: Vector, action: Vector, environment: Vector): EpisodeRow => ({
  t,
  state,
  action,
  asked: action,
  environment,
  pilot: 'imported',
  intervention: false,
  clamped: '',
});
