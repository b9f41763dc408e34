import { TAG } from '../core/edit';
import type { DatasetSpec, EncodedVideo, EpisodeDraft } from '../core/episode';
import type { Vector } from '../core/types';
import { badDraft, misfit } from './errors';
import { ID } from './record';

/** Refuses a draft that does not fit the dataset, before anything is written. */
export function checkDraft(draft: EpisodeDraft, spec: DatasetSpec): void {
  checkTask(draft.task);
  if (draft.id !== undefined && !ID.test(draft.id)) throw badDraft(`"${draft.id}" cannot be its name`);
  for (const tag of draft.tags ?? []) if (!TAG.test(tag)) throw badDraft(`"${tag}" cannot be a tag`);
  if (draft.rows.length === 0) throw badDraft('it has no rows');
  let last = -Infinity;
  for (const [k, row] of draft.rows.entries()) {
    const actions = (spec.action ?? spec.joints).length;
    checkVector(row.state, spec.joints.length, `row ${k}: state`, spec.robot);
    checkVector(row.action, actions, `row ${k}: action`, spec.robot);
    checkVector(row.asked, actions, `row ${k}: asked`, spec.robot);
    checkVector(row.environment, spec.environment.length, `row ${k}: environment`, spec.robot);
    if (!(row.t >= last) || !Number.isFinite(row.t)) throw badDraft(`the clock of row ${k} goes back`);
    last = row.t;
  }
  const wanted = spec.cameras.map((camera) => camera.name);
  const extra = Object.keys(draft.videos).filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !draft.videos[name]);
  if (extra.length > 0) throw misfit(`This dataset has no camera ${extra.join(', ')}`);
  if (missing.length > 0)
    throw misfit(`This dataset needs video of ${missing.join(', ')}, and the demonstration has none`);
  for (const camera of spec.cameras) {
    const video = draft.videos[camera.name];
    if (video) checkVideo(video, camera, draft.rows.length);
  }
}

export function checkTask(task: string): void {
  if (task.trim() === '' || task.length > 500) throw badDraft('its task text must have 1 to 500 characters');
}

function checkVector(vector: Vector, dims: number, what: string, robot: string): void {
  if (vector.length !== dims)
    throw misfit(`${what} has ${vector.length} values, but this dataset of ${robot} keeps ${dims}`);
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw badDraft(`${what} value ${bad} is not a number`);
}

function checkVideo(video: EncodedVideo, camera: DatasetSpec['cameras'][number], rows: number): void {
  const { name, width, height } = camera;
  if (video.width !== width || video.height !== height) {
    throw misfit(`Camera ${name} gives ${video.width}×${video.height}, but this dataset keeps ${width}×${height}`);
  }
  if (!/^avc[13]\./.test(video.codec))
    throw misfit(`Camera ${name} is encoded as ${video.codec}, but datasets keep H.264`);
  if (video.description.byteLength < 7) throw badDraft(`camera ${name} came without its decoder configuration`);
  if (video.frames.length !== rows) throw badDraft(`camera ${name} has ${video.frames.length} frames for ${rows} rows`);
  if (!video.frames[0]?.key) throw badDraft(`the first frame of camera ${name} is not a key frame`);
  const timeless = video.frames.findIndex((frame) => !Number.isFinite(frame.t));
  if (timeless >= 0) throw badDraft(`frame ${timeless} of camera ${name} has no time`);
  const empty = video.frames.findIndex((frame) => frame.data.byteLength === 0);
  if (empty >= 0) throw badDraft(`frame ${empty} of camera ${name} is empty`);
}
