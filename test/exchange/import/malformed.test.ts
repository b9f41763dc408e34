import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvCases } from './corpus/csv';
import { hdf5Cases } from './corpus/hdf5';
import type { Case, Seeds } from './corpus/kit';
import { v3Cases, v21Cases } from './corpus/lerobot';
import { makeSeeds } from './corpus/seeds';
import { videoCases } from './corpus/video';

/** Megabytes that a process may ever have, its own and the libraries' included. */
const MEMORY = 600;
/** Seconds it may take on a busy computer, starting included. */
const PATIENCE = 60;

interface Outcome {
  readonly fault?: { readonly kind: string; readonly message: string; readonly tip: string };
  readonly thrown?: string;
  readonly imported?: number;
  readonly maxRSS: number;
}

const base = mkdtempSync(join(tmpdir(), 'understudy-malformed-'));
let seeds: Seeds;
let probe: string;

beforeAll(async () => {
  seeds = await makeSeeds(join(base, 'seeds'));
  // Compiled as the app is, into the checkout's ignored out folder, where it finds its packages.
  probe = join(__dirname, '../../../out/test/import-probe.cjs');
  const input = join(__dirname, 'corpus/probe.ts');
  const bundle = await rolldown({ input, platform: 'node', external: /^[^./]/ });
  await bundle.write({ file: probe, format: 'cjs', codeSplitting: false });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function run(source: string, destination: string): Promise<Outcome> {
  return new Promise((done, refuse) => {
    execFile(
      process.execPath,
      [probe, source, destination],
      { timeout: PATIENCE * 1000, killSignal: 'SIGKILL' },
      (error, out, text) => {
        if (error) refuse(new Error(`the process ended with ${error.signal ?? error.code}: ${text.slice(-2000)}`));
        else done(JSON.parse(out));
      },
    );
  });
}

/** Every file below a folder with its contents, but for one subfolder. */
function snapshot(folder: string, but: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const walk = (at: string): void => {
    for (const name of readdirSync(join(folder, at))) {
      const path = join(at, name);
      const found = lstatSync(join(folder, path));
      if (path === but) continue;
      if (found.isDirectory()) walk(path);
      else
        seen[path] =
          found.isFile() && found.size < 1e7 ? readFileSync(join(folder, path), 'base64') : String(found.size);
    }
  };
  walk('.');
  return seen;
}

async function check(one: Case): Promise<void> {
  const room = join(base, String(counter++));
  mkdirSync(room);
  const source = await one.make(room, seeds);
  const before = snapshot(room, 'set');
  const destination = join(room, 'made');
  const { fault, thrown, imported, maxRSS } = await run(source, destination);
  expect(thrown).toBeUndefined();
  if (one.harmless && imported) rmSync(destination, { recursive: true });
  else {
    expect(fault, `imported ${imported}`).toBeDefined();
    expect(fault?.kind).not.toBe('internal');
    expect(fault?.message).toContain(one.names);
    expect(fault?.tip.length).toBeGreaterThan(10);
  }
  expect(maxRSS / 1024).toBeLessThan(MEMORY);
  expect(existsSync(destination)).toBe(false);
  expect(snapshot(room, 'set')).toEqual(before);
  rmSync(room, { recursive: true, force: true });
}
let counter = 0;

const all = { hdf5Cases, csvCases, videoCases, v3Cases, v21Cases };

describe('a malformed file or folder ends in a fault that names it, in bounded memory, and touches nothing else', () => {
  for (const cases of Object.values(all)) it.concurrent.each(cases)('$name', { timeout: 2 * PATIENCE * 1000 }, check);

  it('imports every seed of these when it is whole', { timeout: 200_000 }, async () => {
    for (const [name, source] of Object.entries({ ...seeds, mp4: seeds.csv })) {
      const destination = join(base, `whole-${name}`);
      expect(await run(source, destination)).toMatchObject({ imported: 1 });
    }
  });
});
