import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src-main/core/clock';
import type { EncodedVideo, EpisodeDraft, EpisodeInfo } from '../../../src-main/core/episode';
import { decodeFrames } from '../../../src-main/dataset/dataset';
import { DatasetHost } from '../../../src-main/dataset/host-client';
import type { HostedDataset } from '../../../src-main/dataset/host-dataset';
import { hostInThisProcess } from '../../../src-main/dataset/host-process';
import { nodeTakeFiles, takeFile, takesFolder, unreadableFolder } from '../../../src-main/dataset/journal/files';
import { Journal } from '../../../src-main/dataset/journal/journal';
import { JournalLog, specForLog } from '../../../src-main/dataset/journal/log';
import { thisProcess } from '../../../src-main/dataset/journal/process';
import { readTake } from '../../../src-main/dataset/journal/read';
import { PACE } from '../../../src-main/dataset/journal/writer';
import { EpisodeRecorder } from '../../../src-main/recorder/recorder';
import { encodeClip } from '../clip';
import { folder } from '../draft';
import { failingDisk } from './failing-disk';
import { CAMERAS, FPS, JOURNAL_SPEC, SIZE, SyntheticCameras, syntheticTick } from './synthetic';

const LENGTH = 12;
let clip: EncodedVideo | undefined;
const frames = async () => (clip ??= await encodeClip(LENGTH, SIZE.width, SIZE.height));
const hosts: DatasetHost[] = [];
const logs: JournalLog[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) host.close();
  // Their files are open still, which a real crash would have closed.
  for (const log of logs.splice(0)) await log.discard();
});
const newHost = () => {
  const host = new DatasetHost(() => hostInThisProcess());
  hosts.push(host);
  return host;
};

/** A dataset to record into, with what its journal says. */
async function studio(path = folder(), files = nodeTakeFiles) {
  const host = newHost();
  const dataset = existsSync(path) ? await host.openDataset(path) : await host.createDataset(path, JOURNAL_SPEC);
  const added: EpisodeInfo[] = [];
  const failures: unknown[] = [];
  const journal = new Journal(
    dataset,
    { added: (info) => added.push(info), changed: () => undefined, failed: (error) => failures.push(error) },
    { files, pace: { ...PACE, write: 5, sync: 10 } },
  );
  return { path, host, dataset, journal, added, failures };
}

const draft = async (rows = LENGTH): Promise<EpisodeDraft> => {
  const video = await frames();
  return {
    task: 'push',
    success: null,
    rows: Array.from({ length: rows }, (_, k) => {
      const { t, seen, sent, asked, environment, pilot, intervention } = syntheticTick(k, 5 + k / FPS);
      return {
        t,
        state: seen,
        action: sent,
        asked,
        environment,
        pilot,
        intervention,
        clamped: k === 3 ? 'speed:0' : '',
      };
    }),
    videos: Object.fromEntries(CAMERAS.map(({ name }) => [name, { ...video, frames: video.frames.slice(0, rows) }])),
  };
};

/** A take of this many rows and frames on the disk, open as a crash leaves it. */
async function openTake(path: string, rows: number, pictures = rows, owner = thisProcess()): Promise<JournalLog> {
  const take = await draft(rows);
  const id = `20261123-${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}`;
  const begin = { version: 1 as const, id, owner, task: 'push', recorded: '2026-11-23T19:00:00.000Z' };
  const log = await JournalLog.open(
    { files: nodeTakeFiles, folder: path, pace: { ...PACE, write: 1, sync: 1 } },
    { ...begin, spec: specForLog(JOURNAL_SPEC) },
    () => undefined,
  );
  logs.push(log);
  for (const { name } of CAMERAS) log.configure(name, await frames());
  for (const [k, row] of take.rows.entries()) {
    log.row(row);
    const frame = (await frames()).frames[k];
    if (frame && k < pictures) for (const { name } of CAMERAS) log.frame(name, k, frame);
  }
  await expect.poll(() => readTake(readFileSync(takeFile(path, id)))?.rows.length).toBe(rows);
  await expect.poll(() => readTake(readFileSync(takeFile(path, id)))?.usable).toBe(Math.min(rows, pictures));
  return log;
}
const abandoned = async (...how: Parameters<typeof openTake>): Promise<string> => (await openTake(...how)).id;

const reopened = async (path: string): Promise<HostedDataset> => newHost().openDataset(path);

describe('recording into the journal', () => {
  it('makes an episode of what was recorded, row for row and frame for frame', async () => {
    const { dataset, journal, added } = await studio();
    const clock = new VirtualClock();
    const recorder = new EpisodeRecorder({ fps: FPS, clock });
    const log = await journal.begin('push');
    const port = new SyntheticCameras(
      await frames(),
      () => clock.now(),
      () => 1,
    );
    await recorder.start({ task: 'push', cameras: CAMERAS, port, sink: log });
    for (let n = 0; n < 100; n++) {
      recorder.onTick(syntheticTick(n, clock.now()));
      clock.advance(1 / 60);
    }
    const take = await recorder.finish();
    await log.keep({ ...take, task: 'push it far', success: true, tags: ['slow'] });
    await journal.settle();
    expect(added).toMatchObject([{ id: log.id, length: 50, task: 'push it far', success: true, tags: ['slow'] }]);
    expect(dataset.list()).toEqual(added);
    const { rows } = await dataset.read(0);
    expect(rows.map((row) => row.t)).toEqual(take.rows.map((row) => row.t));
    expect(rows.map((row) => row.clamped)).toEqual(take.rows.map((row) => row.clamped));
    expect(rows.some((row) => row.clamped === 'speed:0')).toBe(true);
    const { file, from, to } = dataset.video(0, 'wrist');
    const greys: number[] = [];
    await decodeFrames(file, { from, to, count: 50, ...SIZE, onFrame: (_, rgb) => void greys.push(rgb[0] ?? 0) });
    expect(Math.abs((greys[LENGTH + 5] ?? 0) - (greys[5] ?? 0))).toBeLessThan(4);
    expect(readdirSync(takesFolder(dataset.folder))).toEqual([]);
  });

  it('lets the next take begin while the one before is on its way into the dataset', async () => {
    const { dataset, journal } = await studio();
    for (let n = 0; n < 3; n++) await (await journal.begin('push')).keep(await draft());
    expect(journal.saving).toBeGreaterThan(0);
    const next = await journal.begin('push');
    await journal.settle();
    expect(journal.saving).toBe(0);
    expect(dataset.list()).toHaveLength(3);
    await next.discard();
    expect(readdirSync(takesFolder(dataset.folder))).toEqual([]);
  });

  it('refuses to keep what the dataset would refuse, while the take can still be looked at', async () => {
    const { journal, dataset } = await studio();
    const log = await journal.begin('push');
    await expect(log.keep({ ...(await draft()), videos: {} })).rejects.toMatchObject({ kind: 'incompatible' });
    await log.keep(await draft());
    await journal.settle();
    expect(dataset.list()).toHaveLength(1);
  });

  it('keeps a take from memory when its log broke, and says once that it did', async () => {
    const disk = failingDisk(6, { forever: true, code: 'ENOSPC' });
    const { journal, dataset } = await studio(undefined, disk);
    const log = await journal.begin('push');
    const told: { kind: string; ended: boolean }[] = [];
    log.onFault(({ fault: { kind }, ended }) => told.push({ kind, ended }));
    const take = await draft();
    for (const row of take.rows) {
      log.row(row);
      await new Promise((done) => setTimeout(done, 3));
    }
    expect(told).toEqual([{ kind: 'disk-full', ended: true }]);
    await expect(log.keep(take)).rejects.toMatchObject({ kind: 'disk-full', tip: expect.stringContaining('space') });
    disk.heal();
    await log.keep(take);
    await journal.settle();
    expect((await dataset.read(0)).rows).toHaveLength(LENGTH);
  });

  it('ends the log, and tells, when the disk cannot keep up; what was written stays in order', async () => {
    const path = folder();
    mkdirSync(path, { recursive: true });
    const slow = {
      ...nodeTakeFiles,
      grow: async (file: string) => {
        const inner = await nodeTakeFiles.grow(file);
        let first = true;
        return {
          ...inner,
          append: async (pieces: readonly Uint8Array[]) => {
            if (!first) await new Promise((done) => setTimeout(done, 200));
            first = false;
            await inner.append(pieces);
          },
          sync: () => inner.sync(),
          close: () => inner.close(),
        };
      },
    };
    const place = { files: slow, folder: path, pace: { write: 1, sync: 1, slow: 2000, most: 6000 } };
    const begin = { version: 1 as const, id: 'slow', owner: thisProcess(), task: 'push', recorded: '' };
    const log = await JournalLog.open(place, { ...begin, spec: specForLog(JOURNAL_SPEC) }, () => undefined);
    const told: string[] = [];
    log.onFault(({ fault: { message } }) => told.push(message));
    const [row] = (await draft(1)).rows;
    for (let k = 0; k < 200 && row; k++) {
      log.row({ ...row, t: k });
      if (k % 5 === 0) await new Promise((done) => setTimeout(done, 1));
    }
    expect(told).toEqual([expect.stringContaining('slow'), expect.stringContaining('cannot keep up')]);
    await new Promise((done) => setTimeout(done, 300));
    const stored = readTake(readFileSync(takeFile(path, 'slow')));
    expect(stored?.rows.map(({ t }) => t)).toEqual(stored?.rows.map((_, k) => k));
  });
});

describe('a folder opened after a crash', () => {
  it('has the open take as an unjudged episode, cut to where every camera has its frame', async () => {
    const { path, dataset } = await studio();
    await dataset.close();
    const id = await abandoned(path, LENGTH, 9);
    const again = await reopened(path);
    expect(again.list()).toMatchObject([{ id, length: 9, success: null, tags: ['rescued'], task: 'push' }]);
    expect(again.rescued).toMatchObject([
      { rows: 9, confirmed: false, episode: 0, lost: expect.stringContaining('3 rows') },
    ]);
    expect(again.list()[0]?.recorded).toBe('2026-11-23T19:00:00.000Z');
    await again.close();
    expect((await reopened(path)).rescued).toEqual([]);
  });

  it('finishes kept takes exactly as they were labelled', async () => {
    const { path, dataset } = await studio();
    await dataset.close();
    const log = await openTake(path, LENGTH);
    await log.keep({ ...(await draft()), task: 'reach', success: false, tags: ['b', 'a'] });
    const again = await reopened(path);
    expect(again.list()).toMatchObject([
      { id: log.id, length: LENGTH, task: 'reach', success: false, tags: ['a', 'b'] },
    ]);
    expect(again.rescued).toMatchObject([{ confirmed: true, rows: LENGTH, lost: null, episode: 0 }]);
  });

  it('puts aside what cannot be used, and never deletes it', async () => {
    const { path, dataset } = await studio();
    await dataset.close();
    const blind = await abandoned(path, 5, 0);
    writeFileSync(takeFile(path, 'scribble'), Buffer.alloc(5000, 7));
    const again = await reopened(path);
    expect(again.list()).toEqual([]);
    expect(again.rescued.map((take) => [take.rows, take.lost !== null])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(readdirSync(unreadableFolder(path)).sort()).toEqual([`${blind}.take`, 'scribble.take'].sort());
    expect(readdirSync(takesFolder(path))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leaves a take alone that another living process is recording', async () => {
    const { path, dataset } = await studio();
    await dataset.close();
    const id = await abandoned(path, 5, 5, { pid: 1, started: null, host: thisProcess().host });
    const startOf1 = readFileSync('/proc/1/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? null;
    const text = readFileSync(takeFile(path, id));
    expect(text.includes('"pid":1,')).toBe(true);
    const living = await abandoned(path, 5, 5, { pid: 1, started: startOf1, host: thisProcess().host });
    const again = await reopened(path);
    // The one whose process has another start time is a dead process's.
    expect(again.list().map((info) => info.id)).toEqual([id]);
    expect(readdirSync(takesFolder(path))).toEqual([`${living}.take`]);
  });

  it('does not bring back what the person has put into the trash meanwhile', async () => {
    const { path, dataset, journal } = await studio();
    const log = await journal.begin('push');
    await log.keep(await draft());
    const bytes = readFileSync(takeFile(path, log.id));
    await journal.settle();
    await dataset.remove(0);
    await dataset.close();
    // As if removing the journal had failed.
    writeFileSync(takeFile(path, log.id), bytes);
    const again = await reopened(path);
    expect(again.list()).toEqual([]);
    expect(readdirSync(takesFolder(path))).toEqual([]);
  });
});

describe('the file of a take', () => {
  it('gives back every record before the first damaged byte, and nothing after it', async () => {
    const { path, dataset } = await studio();
    await dataset.close();
    const id = await abandoned(path, 6);
    const whole = readFileSync(takeFile(path, id));
    const all = readTake(whole);
    expect(all).toMatchObject({ usable: 6, whole: true, verdict: null });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = new Uint8Array(whole);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const read = readTake(damaged);
        expect(read?.whole ?? false).toBe(false);
        for (const [k, row] of (read?.rows ?? []).entries()) expect(row).toEqual(all?.rows[k]);
        expect(readTake(new Uint8Array(whole.subarray(0, at)))?.usable ?? 0).toBeLessThanOrEqual(6);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused, whatever bytes are in it, without an error and without much memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const mark = new TextEncoder().encode('USTAKE1\n');
        expect(readTake(new Uint8Array(Buffer.concat([mark, bytes])))).toBeNull();
        expect(readTake(bytes)).toBeNull();
      }),
    );
  });
});
