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

  const observed = seen
    .map(({ n, t }) => ({ n: numberIn(n), t }))
    .filter(({ n, t }) => n !== null && Number.isFinite(t));
  // The number that was captured at a time, by the observer; null when it saw none then.
  const at = (t) => {
    const near = observed.reduce((best, s) => (Math.abs(s.t - t) < Math.abs(best.t - t) ? s : best));
    return Math.abs(near.t - t) < 0.5 / CLIP.fps ? near : null;
  };
  const times = taken[SLOT];
  const errors = [];
  const count = { wrong: 0, unseen: 0, rule: 0, ruleUnseen: 0 };
  rows.forEach((_row, k) => {
    const truth = at(times[k]);
    if (!truth) count.unseen++;
    else if (truth.n !== numbers[k]) count.wrong++;
    else errors.push((times[k] - truth.t) * 1000);
    // LeRobot's rule: row k was at frame_index / fps; counted from when the first picture was taken.
    const claimed = at(times[0] + k / CLIP.fps);
    if (!claimed) count.ruleUnseen++;
    else if (claimed.n !== numbers[k]) count.rule++;
  });
  const ruleWorst = Math.max(...rows.map((row, k) => Math.abs(rows[0].t + k / CLIP.fps - row.t)));
  const sorted = errors.sort((a, b) => a - b);
  const share = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return {
    rows: rows.length,
    frames: numbers.length,
    unreadable: numbers.filter((n) => n === null).length,
    backwards: numbers.filter((n, k) => k > 0 && (n - numbers[k - 1] + CLIP.count) % CLIP.count > CLIP.count / 2)
      .length,
    mismatches: count.wrong,
    matched: errors.length,
    notSeenByObserver: count.unseen,
    pictureTimeErrorMs: {
      median: share(0.5),
      p1: share(0.01),
      p99: share(0.99),
      worst: Math.max(...sorted.map(Math.abs)),
    },
    pictureAgeAtRowMs: { worst: Math.max(...rows.map((row, k) => (row.t - times[k]) * 1000)) },
    byLeRobotsRule: { mismatches: count.rule, notSeen: count.ruleUnseen, worstErrorMs: ruleWorst * 1000 },
  };
}
