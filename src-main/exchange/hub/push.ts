import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommitOperation } from '@huggingface/hub';
import type { Dataset } from '../../core/episode';
import { openDataset } from '../../dataset/dataset';
import { exportDataset } from '../export/export';
import type { JobOutcome, JobRequest, JobWatch } from '../job';
import { bytes, count, goOn } from '../watch';
import { datasetCard } from './card';
import { type Hub, type HubPlace, hubFault, openHub } from './hub';

export interface PushOptions extends HubPlace {
  readonly token: string;
  readonly private: boolean;
}

interface LocalFile {
  readonly path: string;
  readonly file: string;
  readonly size: number;
}

/** Files in one commit: a hub takes its time over very many. */
const BATCH = 400;

/**
 * Sends a clean v3.0 copy: what is in the trash or was trimmed away never leaves this computer. The files that make it
 * a dataset (`meta/`) go last, so that an interrupted push shows nothing half-done to others.
 */
export async function pushDataset(
  dataset: Dataset,
  { token, private: hidden, repo, url }: PushOptions,
  watch: JobWatch = {},
): Promise<{ url: string; files: number; bytes: number }> {
  const hub = openHub({ repo, token, url, signal: watch.signal });
  const temporary = await mkdtemp(join(dirname(dataset.folder), '.push-'));
  try {
    await makeRepo(hub, hidden);
    const copy = join(temporary, 'copy');
    const report =
      watch.report && ((p: { done: number; total: number }) => watch.report?.({ ...p, note: 'Preparing a copy' }));
    await exportDataset(dataset, { format: 'lerobot-v3.0', folder: copy }, { signal: watch.signal, report });
    const files = await walk(copy);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    const sent = (path: string, n: number) => {
      done += n;
      watch.report?.({ done, total, note: path });
    };
    const meta = files.filter(({ path }) => path.startsWith('meta/'));
    const content = files.filter(({ path }) => !path.startsWith('meta/'));
    for (let at = 0; at < content.length; at += BATCH) {
      const batch = content.slice(at, at + BATCH);
      await commit(
        hub,
        batch.map(added),
        `Add files ${at + 1} to ${at + batch.length} of a dataset`,
        batch,
        sent,
        watch,
      );
    }
    const card: CommitOperation = {
      operation: 'addOrUpdate',
      path: 'README.md',
      content: new Blob([datasetCard(dataset, repo)]),
    };
    const stale = await strangers(hub, files);
    const last = [...meta.map(added), card, ...stale.map((path) => ({ operation: 'delete' as const, path }))];
    await commit(hub, last, 'Complete the dataset', meta, sent, watch);
    return { url: `${hub.hubUrl}/datasets/${repo}`, files: files.length, bytes: total };
  } catch (error) {
    throw hubFault(error, hub, token);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The library wants a token of its own form; the one that counts is set by our `fetch`. */
const FORM = { accessToken: 'hf_set-by-our-own-fetch' };

async function makeRepo(hub: Hub, hidden: boolean): Promise<void> {
  const { createRepo, repoExists } = await import('@huggingface/hub');
  if (await repoExists(hub)) return;
  await createRepo({ ...hub, ...FORM, visibility: hidden ? 'private' : 'public' });
}

const added = ({ path, file }: LocalFile): CommitOperation => ({
  operation: 'addOrUpdate',
  path,
  content: pathToFileURL(file),
});

async function commit(
  hub: Hub,
  operations: CommitOperation[],
  title: string,
  files: readonly LocalFile[],
  sent: (path: string, n: number) => void,
  watch: JobWatch,
): Promise<void> {
  if (operations.length === 0) return;
  goOn(watch);
  const { commitIter } = await import('@huggingface/hub');
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const finished = new Set<string>();
  for await (const event of commitIter({ ...hub, operations, title, useXet: false })) {
    goOn(watch);
    if (event.event !== 'fileProgress' || event.state !== 'uploading' || event.progress < 1) continue;
    if (finished.has(event.path)) continue;
    finished.add(event.path);
    sent(event.path, sizes.get(event.path) ?? 0);
  }
  // Small files travel in the commit itself.
  for (const { path, size } of files) if (!finished.has(path)) sent(path, size);
}

/** Files of an earlier push that are no part of the dataset any more. */
async function strangers(hub: Hub, files: readonly LocalFile[]): Promise<string[]> {
  const { listFiles } = await import('@huggingface/hub');
  const ours = new Set(files.map(({ path }) => path));
  const stale: string[] = [];
  for await (const { type, path } of listFiles({ ...hub, recursive: true })) {
    if (type === 'file' && /^(meta|data|videos)\//.test(path) && !ours.has(path)) stale.push(path);
  }
  return stale;
}

async function walk(folder: string): Promise<LocalFile[]> {
  const found: LocalFile[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const file = join(next, entry.name);
      if (entry.isDirectory()) open.push(file);
      else if (entry.isFile()) {
        found.push({ file, path: relative(folder, file).split(sep).join('/'), size: (await stat(file)).size });
      }
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export async function pushFolder(
  { dataset: folder, ...options }: Extract<JobRequest, { kind: 'push' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const dataset = await openDataset(folder);
  try {
    const result = await pushDataset(dataset, options, watch);
    return { note: `${count(result.files, 'file')}, ${bytes(result.bytes)} at ${result.url}`, report: [] };
  } finally {
    await dataset.close();
  }
}
