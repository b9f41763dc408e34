#!/usr/bin/env node
// npm start: set up, build what is stale, open the app. Arguments after `--` go to the app.
import { spawn } from 'node:child_process';
import { buildIfStale } from './lib/build.mjs';
import { openDisplay } from './lib/display.mjs';
import { electronCommand } from './lib/launch.mjs';
import { quieten } from './lib/noise.mjs';
import { main, SetupError, say, tip } from './lib/say.mjs';
import { setUp, summary } from './setup.mjs';

await main(async () => {
  const extra = process.argv.slice(2);
  const ready = await setUp({ need: { electron: true, engine: true, display: true } });
  if (!ready.display) {
    throw new SetupError('No display to open the window on.', 'npx understudy demo works without a window');
  }
  await buildIfStale();
  const app = await electronCommand({ trusted: extra.includes('--no-sandbox') });
  say(`Understudy · ${summary(ready)}`);
  if (ready.engine.tip) tip(`for a faster learning engine: ${ready.engine.tip}`);
  for (const note of app.notes) say(`  ${note}`);
  const display = await openDisplay();
  if (display.virtual) {
    say(
      '  no display found: using a virtual one; nobody will see the window; `npx understudy demo` works without a window',
    );
  }
  const env = { ...process.env, ...app.env, ...display.env };
  // Set in terminals that are themselves Electron apps; it would turn ours into plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  const child = spawn(app.command, [...app.args, ...extra], { env, stdio: ['inherit', 'inherit', 'pipe'] });
  quieten(child.stderr, process.stderr);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => done(status ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
  });
  await display.close();
  return code;
});
