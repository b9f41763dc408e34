// P11: is the picture of row k the one its time says, and is that time true? A camera that shows numbered pictures is
// recorded by the real app. Meanwhile an observer of its own in the page notes when the browser captured which number.
// The page's clock is joined to main's by Chromium's own figures (both are the machine's monotonic clock), not by ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load as loadTypeScript } from '../lib/bundle.mjs';
import { openApp } from '../lib/drive-app.mjs';
import { COLUMNS, numberIn, ROWS, writeClip } from '../lib/numbered-clip.mjs';
import { load } from '../lib/processor-time.mjs';
import { homeWithCameras } from './record.mjs';

const CLIP = { width: 320, height: 240, fps: 30, count: 600 };
const SLOT = 'clock';

export async function bench(args) {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '15' } } });
  const folder = mkdtempSync(join(tmpdir(), 'understudy-clip-'));
  const clip = join(folder, 'numbers.y4m');
  writeClip(clip, CLIP);
  // The file's name is its label.
  const home = homeWithCameras([clip], [SLOT], { width: CLIP.width, height: CLIP.height, fps: CLIP.fps });
  const args2 = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${clip}`,
  ];
  const app = await openApp({ home, args: args2 });
  try {
    await app.until((s) => s.robot.status === 'ready', 'the robot', 60);
    await app.until((s) => s.cameras.some((c) => c.name === SLOT), 'the camera', 60);
    await app.page.waitForTimeout(3000);
    const offset = await pageToMain(app);
    await observe(app.page);
    await app.call('record.start');
    await app.page.waitForTimeout(Number(values.seconds) * 1000);
    const busy = load();
    await app.call('record.finish');
    await app.until((s) => s.record.phase === 'review', 'the review', 30);
    await app.call('record.keep', { success: true });
    await app.until((s) => s.dataset?.episodes === 1, 'the episode', 60);
    const seen = await app.page.evaluate(() => window.observed);
    const { dataset } = await app.state();
    await app.close();
    const result = await compare(
      dataset.folder,
      seen.map(([n, t]) => ({ n, t: t / 1000 + offset })),
    );
    process.stdout.write(`${JSON.stringify({ ...result, load: busy }, null, 2)}\n`);
  } finally {
    await app.close().catch(() => {});
    for (const path of [home, folder]) rmSync(path, { recursive: true, force: true });
  }
}

/** Seconds to add to the page's `performance.now() / 1000` for main's: from monotonic times that Chromium tells itself. */
async function pageToMain({ app, page }) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const pageBegan = metrics.find(({ name }) => name === 'NavigationStart').value;
  // hrtime is the monotonic clock itself; performance.now() counts from main's start.
  const mainBegan = await app.evaluate(() => {
    let best = Number.POSITIVE_INFINITY;
    let origin = 0;
    for (let i = 0; i < 200; i++) {
      const before = performance.now();
      const now = Number(process.hrtime.bigint()) / 1e9;
      const after = performance.now();
      if (after - before < best) [best, origin] = [after - before, now - (before + after) / 2000];
    }
    return origin;
  });
  return pageBegan - mainBegan;
}

/** Notes [number, capture time by the browser, ms] of every picture it is shown, in a video element of its own. */
function observe(page) {
  return page.evaluate(
    async ({ columns, rows, width, height }) => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const deviceId = { exact: devices.find((d) => d.kind === 'videoinput').deviceId };
      const video = document.createElement('video');
      video.muted = true;
      video.style.cssText = 'position:fixed;left:0;bottom:0;width:32px;z-index:9';
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { deviceId, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } },
      });
      document.body.append(video);
      const canvas = new OffscreenCanvas(columns, rows);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      window.observed = [];
      const look = (_now, { captureTime }) => {
        context.drawImage(video, 0, 0, columns, rows);
        const { data } = context.getImageData(0, 0, columns, rows);
        const brightness = Array.from({ length: columns * rows }, (_, i) => data[i * 4]);
        window.observed.push([brightness, captureTime]);
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      await video.play();
    },
    { columns: COLUMNS, rows: ROWS, width: CLIP.width, height: CLIP.height },
  );
}

async function compare(folder, seen) {
  const { openDataset, decodeFrames } = await loadTypeScript('src-main/dataset/dataset.ts');
  const dataset = await openDataset(folder);
  const { rows, taken } = await dataset.read(0);
  const { file, from, to } = dataset.video(0, SLOT);
  const numbers = rows.map(() => null);
  await decodeFrames(file, {
    from,
    to,
    count: rows.length,
    width: COLUMNS,
    height: ROWS,
    onFrame: (k, rgb) => {
      numbers[k] = numberIn(Array.from({ length: COLUMNS * ROWS }, (_, i) => rgb[i * 3 + 1]));
    },
  });
  await dataset.close();

  // What the observer saw: each number with its time, unrolled over the film's repetitions, on one line of 1/fps.
  const period = 1 / CLIP.fps;
  const observed = seen
    .map(({ n, t }) => ({ n: numberIn(n), t }))
    .filter(({ n, t }) => n !== null && Number.isFinite(t));
  const times = taken[SLOT];
  const errors = [];
  let unknown = 0;
  let wrong = 0;
  let rule = 0;
  let ruleWorst = 0;
  const origin = anchor(observed, period);
  rows.forEach((row, k) => {
    const number = numbers[k];
    // The same number is shown again every 20 s: the sighting next in time is meant.
    const sightings = observed.filter(({ n }) => n === number);
    const truth = sightings.reduce(
      (best, s) => (Math.abs(s.t - times[k]) < Math.abs((best?.t ?? Number.POSITIVE_INFINITY) - times[k]) ? s : best),
      null,
    );
    if (!truth || Math.abs(truth.t - times[k]) > 5) unknown++;
    else errors.push(times[k] - truth.t);
    // The picture of row k: the one that its own time names on the line of all pictures.
    const named = Math.round((times[k] - origin) / period);
    if (number === null || (named - number) % CLIP.count !== 0) wrong++;
    // LeRobot's rule: row k was at frame_index / fps.
    const claimed = rows[0].t + k / CLIP.fps;
    ruleWorst = Math.max(ruleWorst, Math.abs(claimed - row.t));
    const byRule = Math.round((claimed - (rows[0].t - times[0]) - origin) / period);
    if (number === null || (byRule - number) % CLIP.count !== 0) rule++;
  });
  const sorted = errors.map((e) => e * 1000).sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    rows: rows.length,
    frames: numbers.length,
    unreadable: numbers.filter((n) => n === null).length,
    backwards: numbers.filter((n, k) => k > 0 && (n - numbers[k - 1] + CLIP.count) % CLIP.count > CLIP.count / 2)
      .length,
    mismatches: wrong,
    checkedAgainstObserver: errors.length,
    notSeenByObserver: unknown,
    pictureTimeErrorMs: { median: at(0.5), p1: at(0.01), p99: at(0.99), worst: Math.max(...sorted.map(Math.abs)) },
    pictureAgeAtRowMs: { worst: Math.max(...rows.map((row, k) => (row.t - times[k]) * 1000)) },
    byLeRobotsRule: { mismatches: rule, worstErrorMs: ruleWorst * 1000 },
  };
}

/** When number 0 was captured, as most sightings have it: single ones are late. */
function anchor(observed, period) {
  const [first] = observed;
  const turn = CLIP.count * period;
  const shifts = observed.map(({ n, t }) => {
    const shift = t - first.t - (n - first.n) * period;
    return shift - turn * Math.round(shift / turn);
  });
  const median = shifts.sort((a, b) => a - b)[Math.floor(shifts.length / 2)];
  return first.t - first.n * period + median;
}
