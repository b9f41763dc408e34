#!/usr/bin/env node
// Set-up that needs no hands: everything the app needs beyond a checkout and Node, made ready once and then only checked.
//   npm run setup               all of it
//   npm run setup -- --again    also tries again what could not be had last time
import { fileURLToPath } from 'node:url';
import { main, SetupError, say, seconds } from './lib/say.mjs';

const OLDEST_NODE = 20;

/**
 * Makes ready what `need` names; node_modules always. Resolves to { electron, engine, display }.
 * On a machine where all is ready this only looks at file times: no network, well under a second.
 */
export async function setUp({ need = {}, again = false } = {}) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.version} is too old.`,
      `install Node ${OLDEST_NODE} or later (22 recommended)`,
    );
  }
  const { ensureModules } = await import('./lib/modules.mjs');
  await ensureModules();
  const ready = {};
  if (need.electron) {
    const { ensureElectron, installOfficial } = await import('./lib/electron.mjs');
    const { ensureLibraries } = await import('./lib/system.mjs');
    ready.electron = await ensureElectron();
    if (again && ready.electron.kind === 'stand-in') {
      const reason = await installOfficial();
      if (reason) say(`  the official Electron could not be fetched: ${reason}`);
      else ready.electron = await ensureElectron();
    }
    await ensureLibraries(ready.electron.path);
  }
  if (need.engine) {
    const { ensureEngine } = await import('./lib/engine.mjs');
    ready.engine = await ensureEngine({ again });
  }
  if (need.display) {
    const { ensureDisplay } = await import('./lib/system.mjs');
    ready.display = await ensureDisplay();
  }
  return ready;
}

/** One line about what is in use. */
export function summary({ electron, engine }) {
  const parts = [];
  if (electron)
    parts.push(`Electron ${electron.version}${electron.kind === 'stand-in' ? ' (old stand-in, for trying only)' : ''}`);
  if (engine) parts.push(engine.kind === 'native' ? 'learning engine: native' : 'learning engine: WebAssembly (slow)');
  return parts.join(' · ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const began = Date.now();
    const need = { electron: true, engine: true, display: true };
    const ready = await setUp({ need, again: process.argv.includes('--again') });
    say(`Ready in ${seconds(Date.now() - began)}: ${summary(ready)}`);
  });
}
