import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedVideo, EpisodeDraft } from '../../../src-main/core/episode';
import { isFault } from '../../../src-main/core/fault';
import { createDataset, openDataset } from '../../../src-main/dataset/dataset';
import { nodeTakeFiles, takesFolder } from '../../../src-main/dataset/journal/files';
import { finaliseTake } from '../../../src-main/dataset/journal/finalise';
import { newTakeId } from '../../../src-main/dataset/journal/journal';
import { JournalLog, specForLog } from '../../../src-main/dataset/journal/log';
import { thisProcess } from '../../../src-main/dataset/journal/process';
import { rescueTakes } from '../../../src-main/dataset/journal/rescue';
import { PACE } from '../../../src-main/dataset/journal/writer';
import { encodeClip } from '../clip';
import { type FailingDisk, failingDisk } from './failing-disk';
import { CAMERAS, FPS, JOURNAL_SPEC, SIZE, syntheticTick } from './synthetic';

export interface WriteFigures {
  /** Disks tried, by error code and way of failing. */
  tried: number;
  /** Of those, how many failed at all (the last of each kind does not). */
  failed: number;
  wrong: string[];
}

const ROWS = 12;

/**
 * A take is begun, recorded, kept and made an episode on a disk whose n-th change fails, for n = 1, 2, … until nothing
 * fails any more; then the process is as good as dead, and the folder is opened on a disk that works.
 */
export async function everyWrite(codes: readonly string[], step = 1): Promise<WriteFigures> {
  const figures: WriteFigures = { tried: 0, failed: 0, wrong: [] };
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-every-write-'));
  try {
    const clip = await encodeClip(ROWS, SIZE.width, SIZE.height);
    const origin = join(scratch, 'origin');
    const dataset = await createDataset(origin, JOURNAL_SPEC);
    await dataset.add(draft('first', clip, 0));
    await dataset.close();
    for (const code of codes) {
      for (const way of ['once', 'forever', 'until tried again'] as const) {
        for (let n = 0; ; n += step) {
          const folder = join(scratch, 'set');
          rmSync(folder, { recursive: true, force: true });
          cpSync(origin, folder, { recursive: true });
          const disk = failingDisk(n, { code, forever: way !== 'once' });
          const wrong = await oneDisk(folder, disk, clip, way !== 'forever');
          figures.wrong.push(...wrong.map((text) => `${code} ${way}, change ${n}: ${text}`));
          figures.tried++;
          if (!disk.figures.broke) break;
          figures.failed++;
        }
      }
    }
    return figures;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const draft = (id: string, clip: EncodedVideo, seed: number): EpisodeDraft => ({
  id,
  task: 'push',
  success: true,
  tags: ['kept'],
  rows: Array.from({ length: ROWS }, (_, k) => {
    const { t, seen, sent, asked, environment, pilot, intervention } = syntheticTick(k, seed * 100 + k / FPS);
    return { t, state: seen, action: sent, asked, environment, pilot, intervention, clamped: '' };
  }),
  videos: Object.fromEntries(CAMERAS.map(({ name }) => [name, clip])),
});

async function oneDisk(folder: string, disk: FailingDisk, clip: EncodedVideo, retry: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const id = newTakeId(new Date());
  const take = draft(id, clip, 1);
  /** Every refusal must say what happened and what to do. */
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isFault(error) || error.tip === '') wrong.push(`an error without a tip: ${String(error)}`);
      return false;
    }
  };
  /** True when it went well, at once or, where the disk gets well, the second time. */
  const insist = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (await attempt(work)) return true;
    if (!retry) return false;
    disk.heal();
    return attempt(work);
  };
  const ends: boolean[] = [];
  let kept = false;
  const dataset = await openDataset(folder, disk).catch(() => null);
  const begin = {
    version: 1 as const,
    id,
    owner: thisProcess(),
    task: 'push',
    recorded: new Date().toISOString(),
    spec: specForLog(JOURNAL_SPEC),
  };
  const place = { files: disk, folder, pace: { ...PACE, write: 1, sync: 2 } };
  const log = dataset && (await JournalLog.open(place, begin, (_, was) => ends.push(was)).catch(() => null));
  if (dataset && log) {
    let told = 0;
    log.onFault(() => told++);
    for (const { name } of CAMERAS) log.configure(name, clip);
    for (const [k, row] of take.rows.entries()) {
      log.row(row);
      for (const { name } of CAMERAS) log.frame(name, k, clip.frames[k] as EncodedVideo['frames'][number]);
      if (k % 4 === 3) await new Promise((done) => setTimeout(done, 3));
    }
    kept = await insist(() => log.keep(take));
    if (retry && !kept) wrong.push('a disk that works again does not keep the take');
    if (told > 1) wrong.push(`the person was told ${told} times`);
    if (kept && ends.join() !== 'true') wrong.push(`it ended as ${ends.join()}`);
    const done = kept && (await insist(() => finaliseTake(dataset, disk, id)));
    if (retry && !done) wrong.push('a disk that works again does not make it an episode');
    if (!kept && ends.length === 0) await log.discard().catch(() => wrong.push('discard rejects'));
  }

  const again = await openDataset(folder);
  const rescued = await rescueTakes(again, nodeTakeFiles);
  const list = again.list();
  const mine = list.filter((info) => info.id === id);
  if (list.filter((info) => info.id === 'first').length !== 1) wrong.push('the first episode is lost');
  if (list.length !== 1 + mine.length || mine.length > 1) wrong.push(`there are ${list.length} episodes`);
  const [info] = mine;
  if (kept && !info) wrong.push(`the kept take is lost (${JSON.stringify(rescued)})`);
  if (kept && info && (info.length !== ROWS || info.success !== true || info.tags.join() !== 'kept'))
    wrong.push(`the kept take is another: ${JSON.stringify(info)}`);
  for (const { index } of list) await again.read(index).catch((error) => wrong.push(String(error)));
  const left = await readdir(takesFolder(folder)).catch(() => []);
  if (left.length > 0) wrong.push(`left behind: ${left.join()}`);
  await again.close();
  return wrong;
}
