// Opens the real app and talks to it as its own page does: for benches and screenshots.
import { _electron } from 'playwright-core';
import { setUp } from '../setup.mjs';
import { buildIfStale } from './build.mjs';
import { openDisplay } from './display.mjs';
import { electronCommand } from './launch.mjs';

export async function openApp({ home, webcam = false, args = [] }) {
  await setUp({ need: { electron: true, engine: true, display: true } });
  await buildIfStale();
  const { command, args: runtimeArgs, env } = await electronCommand({ trusted: true });
  const display = await openDisplay({ virtual: true });
  const fake = webcam ? ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] : [];
  const app = await _electron.launch({
    executablePath: command,
    args: [...runtimeArgs, ...fake, ...args],
    env: { ...process.env, ...env, ...display.env, UNDERSTUDY_HOME: home },
  });
  const page = await app.firstWindow();
  await page.waitForFunction(() => window.understudy !== undefined);

  const call = async (name, params) => {
    const answer = await page.evaluate(([n, p]) => window.understudy.call(n, p), [name, params]);
    if (!answer.ok) throw new Error(`${name}: ${answer.fault.message} ${answer.fault.tip}`);
    return answer.value;
  };
  const state = () => call('app.state');
  const show = (screen) =>
    page.evaluate((name) => {
      window.location.hash = name;
    }, screen);

  /** Waits until `done` says so of the app's state; prints `line` of it now and then. */
  async function until(done, what, seconds, line = () => null) {
    const end = performance.now() + seconds * 1000;
    let said = '';
    let next = 0;
    for (;;) {
      const now = await state();
      const text = line(now);
      if (text && text !== said && performance.now() > next) {
        process.stderr.write(`  ${text}\n`);
        said = text;
        next = performance.now() + 10_000;
      }
      if (done(now)) return now;
      if (performance.now() > end) throw new Error(`${what}: not there after ${seconds} s (${text ?? ''})`);
      await page.waitForTimeout(200);
    }
  }
  const close = async () => {
    await app.close();
    display.close();
  };
  return { app, page, call, state, show, until, close };
}
