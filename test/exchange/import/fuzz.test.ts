import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaultError } from '../../../src-main/core/fault';
import { openSource } from '../../../src-main/exchange/import/import';
import type { Seeds } from './corpus/kit';
import { makeSeeds } from './corpus/seeds';

const base = mkdtempSync(join(tmpdir(), 'understudy-fuzz-'));
let seeds: Seeds;
beforeAll(async () => {
  seeds = await makeSeeds(join(base, 'seeds'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Reads everything: a whole episode, or a fault of a kind that a person can do something about. */
async function readAll(source: string): Promise<void> {
  try {
    const opened = await openSource(source);
    try {
      for (const index of opened.names.keys()) {
        const { rows, videos } = await opened.read(index, () => undefined);
        expect(rows.length).toBeGreaterThan(0);
        for (const { frames } of Object.values(videos)) expect(frames).toHaveLength(rows.length);
        const { joints, action = joints } = opened.spec;
        for (const row of rows) {
          expect(row.state.length === joints.length && row.action.length === action.length).toBe(true);
          expect([...row.state, ...row.action].every(Number.isFinite)).toBe(true);
        }
      }
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    expect(error.kind).not.toBe('internal');
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

/** Where to flip (a share of the file's length) and which bits. */
const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 6,
});

function flip(path: string, where: readonly (readonly [number, number])[]): void {
  const bytes = readFileSync(path);
  for (const [share, mask] of where) {
    const at = Math.min(bytes.length - 1, Math.floor(share * bytes.length));
    bytes[at] = (bytes[at] as number) ^ mask;
  }
  writeFileSync(path, bytes);
}

const runs = { numRuns: 60, interruptAfterTimeLimit: 90_000 };

it('reads an HDF5 file with flipped bits whole, or says what is wrong', { timeout: 300_000 }, async () => {
  const property = fc.asyncProperty(
    flips,
    fc.constantFrom('aloha' as const, 'packed' as const),
    async (where, kind) => {
      const path = join(base, 'flipped.hdf5');
      cpSync(seeds[kind], path);
      flip(path, where);
      await readAll(path);
    },
  );
  await fc.assert(property, runs);
});

it.each(['v3', 'v21'] as const)(
  'reads a LeRobot folder (%s) with flipped bits whole, or says what is wrong',
  { timeout: 300_000 },
  async (kind) => {
    const property = fc.asyncProperty(flips, fc.nat(1000), async (where, n) => {
      const folder = join(base, `flipped-${kind}`);
      rmSync(folder, { recursive: true, force: true });
      cpSync(seeds[kind], folder, { recursive: true });
      const files = filesIn(folder).sort();
      flip(files[n % files.length] as string, where);
      await readAll(folder);
    });
    await fc.assert(property, runs);
  },
);

it('reads any text as a table, or says what is wrong', { timeout: 300_000 }, async () => {
  const piece = fc.constantFrom(
    'time',
    'state.a',
    'action.a',
    ',',
    ';',
    '\n',
    '"',
    '1',
    '2.5',
    '-3e2',
    'NaN',
    ' ',
    '\t',
    '\0',
    'é',
  );
  const property = fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
    const path = join(base, 'any.csv');
    writeFileSync(path, `time,state.a\n${pieces.join('')}`);
    await readAll(path);
  });
  await fc.assert(property, { numRuns: 300, interruptAfterTimeLimit: 60_000 });
});
