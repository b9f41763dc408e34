import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault } from '../../core/fault';
import { openDataset } from '../../dataset/dataset';
import type { JobOutcome, JobRequest, JobWatch } from '../job';
import { assertRoom, intoNewFolder } from '../staging';
import { bytes, count, goOn } from '../watch';
import { type Hub, type HubPlace, hubFault, isNetwork, openHub, unreachable } from './hub';
import { chooseFiles, type Offered } from './names';

const RETRIES = 2;

/** A dataset from a hub into a new folder: whole and readable, or not at all. */
export async function pullDataset(
  place: HubPlace & { readonly folder: string },
  watch: JobWatch = {},
): Promise<{ files: number; bytes: number; episodes: number }> {
  const hub = openHub({ ...place, signal: watch.signal });
  try {
    const files = chooseFiles(await listed(hub, watch), place.repo);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    return await intoNewFolder(
      place.folder,
      async (staging) => {
        await assertRoom(staging, total);
        let done = 0;
        for (const file of files) {
          goOn(watch);
          await fetchFile(hub, file, join(staging, ...file.path.split('/')), watch, (n) => {
            watch.report?.({ done: done + n, total, note: file.path });
            goOn(watch);
          });
          done += file.size;
        }
        // Never shown before it has been opened: half a dataset is none.
        const dataset = await openDataset(staging);
        const episodes = dataset.list().length;
        await dataset.close();
        return { files: files.length, bytes: total, episodes };
      },
      async () => total,
    );
  } catch (error) {
    throw hubFault(error, hub, place.token);
  }
}

async function listed(hub: Hub, watch: JobWatch): Promise<Offered[]> {
  const { listFiles } = await import('@huggingface/hub');
  const files: Offered[] = [];
  for await (const { type, path, size, lfs } of listFiles({ ...hub, recursive: true })) {
    goOn(watch);
    if (type !== 'file') continue;
    files.push({ path: String(path), size: Number(lfs?.size ?? size), sha256: lfs?.oid ?? null });
    watch.report?.({ done: 0, total: 0, note: `${count(files.length, 'file')} found` });
    if (files.length > 1e6)
      throw fault('corrupt', 'The repository has more than a million files', 'Choose another one.');
  }
  return files;
}

/** Begins again after a cut connection, a few times. The promised size and checksum must come true. */
async function fetchFile(
  hub: Hub,
  file: Offered,
  path: string,
  watch: JobWatch,
  tell: (n: number) => void,
): Promise<void> {
  const { downloadFile } = await import('@huggingface/hub');
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 0; ; attempt++) {
    const blob = await downloadFile({ ...hub, path: file.path, xet: false });
    if (!blob) throw fault('not-found', `${file.path} is listed but not there`, 'Try again, or tell its owner.');
    if (blob.size !== file.size) throw changed(file);
    try {
      const got = await write(blob, file, path, tell);
      if (got === file.size) return;
      if (attempt >= RETRIES)
        throw unreachable(hub.hubUrl, `${file.path} ended after ${bytes(got)} of ${bytes(file.size)}`);
    } catch (error) {
      if (attempt >= RETRIES || !isNetwork(error)) throw error;
    }
    goOn(watch);
  }
}

async function write(blob: Blob, file: Offered, path: string, tell: (n: number) => void): Promise<number> {
  const handle = await open(path, 'w');
  const hash = createHash('sha256');
  let got = 0;
  try {
    for await (const chunk of whole(blob)) {
      got += chunk.byteLength;
      if (got > file.size) throw changed(file);
      hash.update(chunk);
      await handle.writeFile(chunk);
      tell(got);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (got === file.size && file.sha256 && hash.digest('hex') !== file.sha256) throw changed(file);
  return got;
}

/** Slices bound memory, and a cut connection costs one of them. */
const SLICE = 8 * 2 ** 20;

async function* whole(blob: Blob): AsyncGenerator<Uint8Array> {
  if (blob.size === 0) return;
  for (let at = 0; at < blob.size; at += SLICE) {
    yield new Uint8Array(await blob.slice(at, Math.min(blob.size, at + SLICE)).arrayBuffer());
  }
}

const changed = (file: Offered) =>
  fault('corrupt', `${file.path} is not what the hub said it would be`, 'It may have changed just now: try again.');

export async function pullFolder(
  { repo, token, url, folder }: Extract<JobRequest, { kind: 'pull' }>,
  watch: JobWatch,
): Promise<JobOutcome> {
  const result = await pullDataset({ repo, token, url, folder }, watch);
  const note = `${count(result.episodes, 'demonstration')}, ${bytes(result.bytes)} from ${repo}`;
  return { note, report: [] };
}
