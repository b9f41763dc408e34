import { resolve } from 'node:path';
import type { Dataset, EpisodeInfo } from '../../core/episode';
import { fault } from '../../core/fault';
import type { InsightEpisode, InsightList } from '../../core/insight';
import { isDataset, openDataset } from '../../dataset/dataset';
import { readPolicyFile } from '../checkpoint';
import { hasForeignSpec } from '../onnx/foreign-folder';

/** What a policy was taught with, as far as it knows. */
interface Taught {
  readonly folder: string;
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/** Null for a policy made elsewhere. */
async function taughtWith(policy: string): Promise<Taught | null> {
  if (await hasForeignSpec(policy)) return null;
  const { dataset } = await readPolicyFile(policy);
  return { folder: dataset.folder, ...dataset.episodes };
}

/**
 * Opens the dataset named, or the one the policy was trained on, for reading; the caller closes it. Throws `not-found`
 * when that one is gone or was never known.
 */
export async function openDemonstrations(policy: string, named: string | null): Promise<Dataset> {
  if (named !== null) return openDataset(named);
  const taught = await taughtWith(policy);
  if (taught && (await isDataset(taught.folder))) return openDataset(taught.folder);
  const what = taught
    ? `The dataset it was trained on is gone: it was in ${taught.folder}`
    : 'This policy was made elsewhere and does not say what it was trained on';
  throw fault('not-found', what, 'Open a dataset of the same robot on the Demos screen and compare it with that one.');
}

const ORDER = ['held-out', 'unknown', 'trained-on'] as const;

/** Every demonstration with what the policy did with it; those it never saw first. */
export async function listDemonstrations(policy: string, dataset: Dataset): Promise<InsightList> {
  const taught = await taughtWith(policy);
  const same = taught && resolve(taught.folder) === resolve(dataset.folder) ? taught : null;
  const list = dataset.list().filter(({ length }) => length > 0);
  const used = same ? [...same.train, ...same.heldOut] : [];
  const there = new Set(list.map(({ index }) => index));
  const changed = used.some((index) => !there.has(index));
  const episodes = list.map((info) => asListed(info, same && !changed ? same : null));
  episodes.sort((a, b) => ORDER.indexOf(a.use) - ORDER.indexOf(b.use) || a.index - b.index);
  return { dataset: dataset.folder, episodes, notice: noticeOf(taught, same, changed, episodes) };
}

function noticeOf(
  taught: Taught | null,
  same: Taught | null,
  changed: boolean,
  episodes: readonly InsightEpisode[],
): string | null {
  if (changed) return 'The dataset was changed since: which demonstrations the policy has seen is not known any more.';
  if (taught && !same) return 'This is not the dataset it was trained on.';
  if (!same || episodes.some(({ use }) => use !== 'trained-on')) return null;
  return 'It was trained on all of these. Record another one to see how it does on what it never saw.';
}

function asListed({ index, task, success, duration }: EpisodeInfo, taught: Taught | null): InsightEpisode {
  const use = taught?.heldOut.includes(index) ? 'held-out' : taught?.train.includes(index) ? 'trained-on' : 'unknown';
  return { index, task, success, duration, use };
}
