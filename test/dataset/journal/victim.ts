import { readFileSync, writeSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { VirtualClock } from '../../../src-main/core/clock';
import type { EncodedVideo } from '../../../src-main/core/episode';
import { Random } from '../../../src-main/core/random';
import type { TakeLog } from '../../../src-main/core/take-log';
import { isDataset } from '../../../src-main/dataset/dataset';
import { DatasetHost } from '../../../src-main/dataset/host-client';
import type { HostedDataset } from '../../../src-main/dataset/host-dataset';
import { hostInThisProcess } from '../../../src-main/dataset/host-process';
import { Journal } from '../../../src-main/dataset/journal/journal';
import { PACE } from '../../../src-main/dataset/journal/writer';
import { spawnChild } from '../../../src-main/learner/launch';
import { EpisodeRecorder } from '../../../src-main/recorder/recorder';
import { CAMERAS, FPS, JOURNAL_SPEC, SyntheticCameras, syntheticTick } from './synthetic';
import type { Told, VictimOptions } from './told';

/**
 * A process that records one take after the other, `speed` times as fast as a person would, keeps most of them, edits
 * some, and says on its standard output what it does, until somebody kills it.
 */
const options: VictimOptions = JSON.parse(process.argv[2] ?? '{}');
const { folder, speed } = options;
const random = new Random(options.seed);
const clip: EncodedVideo = deserialize(readFileSync(options.clip));
const clock = new VirtualClock();
// Takes are told apart by their times.
clock.advance(1000 + options.seed * 1000);
/** A pipe takes this at once: what was told here was told, whatever happens next. */
const tell = (told: Told): void => void writeSync(1, `${JSON.stringify(told)}\n`);
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function open(): Promise<HostedDataset> {
  tell({ phase: 'opening' });
  const host = new DatasetHost(() => (options.worker ? spawnChild(options.worker) : hostInThisProcess()));
  if (await isDataset(folder)) return host.openDataset(folder);
  return host.createDataset(folder, JOURNAL_SPEC);
}

async function record(recorder: EpisodeRecorder, log: TakeLog): Promise<void> {
  const port = new SyntheticCameras(
    clip,
    () => clock.now(),
    () => random.between(0, 3),
  );
  await recorder.start({ task: 'push', cameras: CAMERAS, port, sink: log });
  tell({ phase: 'recording', id: log.id });
  const ticks = Math.round(random.between(0.4, options.aim === 'recording' ? 3 : 1.2) * 2 * FPS);
  const period = 1000 / (2 * FPS * speed);
  let next = performance.now();
  let told = 0;
  for (let n = 0; n < ticks; ) {
    // Like the real loop: what a busy computer made it miss is not made up in a burst.
    next = Math.max(next, performance.now() - 2 * period);
    for (; n < ticks && next <= performance.now(); n++, next += period) {
      recorder.onTick(syntheticTick(n, clock.now()));
      clock.advance(1 / (2 * FPS));
    }
    const { rows } = recorder.status();
    if (rows - told >= 3) tell({ rows: (told = rows), id: log.id });
    await wait(1);
  }
}

async function edit(dataset: HostedDataset): Promise<void> {
  const { length } = dataset.list();
  if (length === 0) return;
  const choice = random.next();
  const episode = Math.floor(random.between(0, length));
  tell({ phase: 'editing' });
  if (choice < 0.5) await dataset.edit({ kind: 'relabel', episodes: [episode], label: { tags: ['edited'] } });
  else if (choice < 0.8) await dataset.edit({ kind: 'remove', episodes: [episode] });
  else await dataset.undo();
}

async function main(): Promise<void> {
  const dataset = await open();
  const pace = { ...PACE, write: PACE.write / speed, sync: PACE.sync / speed };
  const failed = (error: unknown) => tell({ failed: String(error) });
  const journal = new Journal(dataset, { added: () => undefined, changed: () => undefined, failed }, { pace });
  const recorder = new EpisodeRecorder({ fps: FPS, clock });
  for (let n = 0; ; n++) {
    const log = await journal.begin('push');
    log.onFault(({ fault }) => failed(fault.message));
    await record(recorder, log);
    const take = await recorder.finish();
    if (options.aim === 'discarding' || random.next() < 0.15) {
      tell({ phase: 'discarding', id: log.id });
      await log.discard();
      tell({ discarded: true, id: log.id });
      continue;
    }
    tell({ phase: 'confirming', id: log.id });
    const success = random.next() < 0.5;
    await log.keep({ ...take, task: `push ${n}`, success, tags: ['kept'] });
    tell({ kept: take.rows.length, id: log.id, task: `push ${n}`, success });
    tell({ phase: 'finalising' });
    if (random.next() < 0.4 || options.aim === 'editing') await journal.settle();
    if (random.next() < 0.4 || options.aim === 'editing') await edit(dataset);
  }
}

main().catch((error: unknown) => {
  failedForGood(error);
});

function failedForGood(error: unknown): void {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(3);
}
