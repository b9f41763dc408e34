// A dataset of ten thousand episodes: how long until its list is there, what it costs in memory, how fast a filter is
// (the Demos screen's own function), one recording added, one deleted at the end and in the middle. The dataset lives in
// its process, as in the app; memory is that of both.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, load } from '../lib/bundle.mjs';

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value) => Math.round(value * 10) / 10;

/** Linux: the processes that this one has started, and the memory that one takes, bytes. */
const children = () =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
const resident = (pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      episodes: { type: 'string', default: '10000' },
      /** Where the generated dataset is kept for the next time. */
      folder: { type: 'string' },
      leaks: { type: 'string', default: '20' },
      /** Leave out adding and deleting, which takes minutes. */
      'no-edits': { type: 'boolean', default: false },
    },
  });
  const episodes = Number(values.episodes);
  const home = values.folder ?? join(tmpdir(), `understudy-list-${episodes}`);
  const note = (text) => process.stderr.write(`${text}\n`);
  mkdirSync(home, { recursive: true });
  const original = join(home, 'dataset');
  const { writeBigDataset, sampleDraft } = await load('scripts/bench/big-dataset.ts');
  note(`Generating ${episodes} episodes in ${home} (kept for the next time) …`);
  const made = await writeBigDataset(original, episodes);
  const app = await load('scripts/bench/list-app.ts');
  const worker = await bundle('src-main/station/dataset-worker.ts');
  const memory = () => [process.pid, ...children()].reduce((sum, pid) => sum + resident(pid), 0) / 2 ** 20;
  const timed = async (work) => {
    const began = performance.now();
    const value = await work();
    return [performance.now() - began, value];
  };

  const before = memory();
  const opens = [];
  const work = [];
  let list = [];
  for (let n = 0; n < 5; n++) {
    const host = app.host(worker);
    const cpu = process.cpuUsage();
    const [time, dataset] = await timed(async () => {
      const opened = await host.openDataset(original);
      list = opened.list();
      return opened;
    });
    opens.push(time);
    const { user, system } = process.cpuUsage(cpu);
    work.push((user + system) / 1000);
    await dataset.close();
    host.close();
  }
  const rssOpen = memory();

  const filters = app.FILTERS.map(([name, filter]) => {
    const times = [];
    let found = 0;
    for (let n = 0; n < 9; n++) {
      const began = performance.now();
      found = app.visible(list, filter, app.scoresOf(list)).length;
      times.push(performance.now() - began);
    }
    return { name, found, ms: rounded(median(times)) };
  });

  note('Opening and closing again and again …');
  const host = app.host(worker);
  const leaks = [];
  /** Opened in a process that runs already, as it does when a person chooses another folder. */
  const running = [];
  for (let n = 0; n < Number(values.leaks); n++) {
    const [time, dataset] = await timed(() => host.openDataset(original));
    if (n > 0) running.push(time);
    await dataset.close();
    leaks.push(memory());
  }

  const edited = values['no-edits'] ? null : await edits();
  host.close();

  async function edits() {
    note('Adding and deleting, on a copy …');
    const copy = join(home, 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(original, copy, { recursive: true, preserveTimestamps: true });
    const took = {};
    const dataset = await host.openDataset(copy);
    const draft = await sampleDraft();
    took.add = (await timed(() => dataset.add(draft)))[0];
    took.addAgain = (await timed(() => dataset.add({ ...draft, rows: [...draft.rows] })))[0];
    took.deleteAtTheEnd = (
      await timed(() => dataset.edit({ kind: 'remove', episodes: [dataset.list().length - 1] }))
    )[0];
    took.deleteInTheMiddle = (
      await timed(() => dataset.edit({ kind: 'remove', episodes: [Math.floor(episodes / 2)] }))
    )[0];
    took.undoDeleteInTheMiddle = (await timed(() => dataset.undo()))[0];
    took.relabel100 = (
      await timed(() =>
        dataset.edit({
          kind: 'relabel',
          episodes: Array.from({ length: 100 }, (_, k) => k * 7),
          label: { success: true },
        }),
      )
    )[0];
    const right = dataset.list().length === episodes + 1 && existsSync(join(copy, 'meta', 'info.json'));
    await dataset.close();
    rmSync(copy, { recursive: true, force: true });
    return {
      ...Object.fromEntries(Object.entries(took).map(([name, ms]) => [name, Math.round(ms)])),
      consistent: right,
    };
  }

  process.stdout.write(
    `${JSON.stringify(
      {
        machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
        ...made,
        table_bytes: statSync(join(original, 'meta', 'info.json')).size,
        open_and_list_ms: {
          first: rounded(opens[0]),
          median: rounded(median(opens)),
          in_a_running_process: rounded(median(running)),
          processor_median: rounded(median(work)),
        },
        rss_mb: { before: rounded(before), opened: rounded(rssOpen), after: rounded(memory()) },
        filter_ms: filters,
        rss_mb_after_opening: { once: rounded(leaks[0]), again: leaks.slice(1).map(Math.round) },
        edits_ms: edited,
      },
      null,
      2,
    )}\n`,
  );
}
