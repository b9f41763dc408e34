// Playwright's global set-up: the runtime, a fresh build and a display, so that `npx playwright test` alone works too.
// Tests find them as UNDERSTUDY_ELECTRON (the executable) and UNDERSTUDY_ELECTRON_ARGS (JSON: switches and app folder).
import { setUp } from '../setup.mjs';
import { buildIfStale } from './build.mjs';
import { openDisplay } from './display.mjs';
import { electronCommand } from './launch.mjs';

export default async function globalSetup() {
  await setUp({ need: { electron: true, engine: true, display: true } });
  await buildIfStale();
  const { command, args, env } = await electronCommand({ trusted: true });
  const display = await openDisplay();
  Object.assign(process.env, env, display.env);
  process.env.UNDERSTUDY_ELECTRON = command;
  process.env.UNDERSTUDY_ELECTRON_ARGS = JSON.stringify(args);
  return () => display.close();
}
