// P3: two webcams of 640 × 480 at 30 recorded by the real app; beside it LeRobot's recorder where UNDERSTUDY_PYTHON
// names a Python that has it. Chromium's fake devices stand for the cameras; what they cost is in our figure.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { load as loadTypeScript } from '../lib/bundle.mjs';
import { openApp } from '../lib/drive-app.mjs';
import { coresBetween, load, processorTimes } from '../lib/processor-time.mjs';

// The second fake device is a depth camera: three of them, and the second is left alone.
const DEVICES = ['fake_device_0', 'fake_device_2'];
export const SLOTS = ['left', 'right'];
const FAKE = ['--use-fake-device-for-media-stream=device-count=3,fps=30', '--use-fake-ui-for-media-stream'];

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      screen: { type: 'string', default: 'drive' },
      'no-peer': { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  const results = [await ours(seconds, values.screen)];
  const python = process.env.UNDERSTUDY_PYTHON;
  if (python && !values['no-peer']) {
    for (const codec of ['default', 'h264']) results.push(await peer(python, codec, seconds));
  } else {
    process.stderr.write('UNDERSTUDY_PYTHON names no Python with LeRobot: no peer measured.\n');
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n\n${table(results)}\n`);
}

/** Settings with two known webcams: the app opens them by itself, by their labels. */
export function homeWithCameras(devices, slots, mode) {
  const home = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  mkdirSync(home, { recursive: true });
  const webcams = devices.map((label, i) => ({
    ...mode,
    slot: slots[i],
    deviceId: '',
    groupId: '',
    label,
    on: true,
    locks: {},
  }));
  const settings = { robot: { kind: 'so101-sim', task: 'reach' }, webcams, cameras: slots, countdown: 0 };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  return home;
}

async function ours(seconds, screen) {
  const home = homeWithCameras(DEVICES, SLOTS, { width: 640, height: 480, fps: 30 });
  const app = await openApp({ home, args: FAKE });
  try {
    await app.until(
      ({ robot, cameras }) => robot.status === 'ready' && SLOTS.every((name) => cameras.some((c) => c.name === name)),
      'robot and cameras',
      60,
    );
    await app.show(screen);
    const root = app.app.process().pid;
    const cpu = async (span, work = () => app.page.waitForTimeout(span * 1000)) => {
      const before = processorTimes(root);
      const began = performance.now();
      await work();
      return coresBetween(before, processorTimes(root), (performance.now() - began) / 1000);
    };
    await app.page.waitForTimeout(5000);
    const idle = await cpu(Math.min(20, seconds));
    await app.call('record.start');
    const recording = await cpu(seconds);
    const busy = load();
    await app.call('record.finish');
    const { record } = await app.until((s) => s.record.phase === 'review', 'the review', 30);
    const began = performance.now();
    await app.call('record.keep', { success: true });
    const keep = performance.now() - began;
    await app.until((s) => s.dataset?.episodes === 1, 'the episode', 60);
    const filed = performance.now() - began;
    const { dataset, faults } = await app.state();
    await app.close();
    const { openDataset } = await loadTypeScript('src-main/dataset/dataset.ts');
    const folder = await openDataset(dataset.folder);
    const episode = await folder.read(0);
    await folder.close();
    const times = episode.rows.map((row) => row.t);
    return {
      name: 'Understudy (H.264)',
      seconds,
      rows: times.length,
      fps: rate(times),
      late: gaps(times),
      dropped: record.rows - times.length,
      repeated: Object.fromEntries(
        SLOTS.map((slot) => [
          slot,
          times.length - new Set((episode.taken?.[slot] ?? []).map((t) => t.toFixed(5))).size,
        ]),
      ),
      keepMs: keep,
      filedMs: filed,
      cores: recording.total,
      coresIdle: idle.total,
      coresByProcess: recording.byName,
      load: busy,
      faults: faults.map((fault) => fault.message),
    };
  } finally {
    await app.close().catch(() => {});
    rmSync(home, { recursive: true, force: true });
  }
}

const rate = (times) => (times.length - 1) / (times[times.length - 1] - times[0]);
/** Rows that are missing: places where the next row came more than one and a half periods later. */
const gaps = (times) => times.filter((t, i) => i > 0 && t - times[i - 1] > 1.5 / 30).length;

async function peer(python, codec, seconds) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'peers', 'lerobot_record.py');
  const root = mkdtempSync(join(tmpdir(), 'lerobot-bench-'));
  try {
    const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: join(root, 'hub') };
    const command = [script, '--root', join(root, 'data'), '--seconds', String(seconds), '--codec', codec];
    const { stdout } = await promisify(execFile)(python, command, { env, maxBuffer: 1e8 });
    return { ...JSON.parse(stdout.trim().split('\n').pop()), load: load() };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function table(results) {
  const rows = results.map((r) => [
    r.name,
    r.fps.toFixed(3),
    String(r.dropped),
    String(r.late),
    `${r.keepMs.toFixed(0)} ms`,
    r.coresIdle === undefined ? r.cores.toFixed(2) : `${r.cores.toFixed(2)} (${r.coresIdle.toFixed(2)} not recording)`,
    r.load.toFixed(1),
  ]);
  const head = ['recorder', 'rows a second', 'frames lost', 'rows late', 'keep → safe', 'cores', 'load'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
