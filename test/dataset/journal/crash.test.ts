import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyWrite } from './every-write';
import { crash } from './harness';

const root = join(__dirname, '../../..');
/** Inside the checkout, where the built files find their packages. */
const built = join(root, 'out', `test-crash-${process.pid}`);

async function compile(input: string, name: string): Promise<string> {
  const file = join(built, name);
  const bundle = await rolldown({ input: join(root, input), platform: 'node', external: /^[^./]/, logLevel: 'silent' });
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  return file;
}

let victim: string;
let worker: string;
beforeAll(async () => {
  victim = await compile('test/dataset/journal/victim.ts', 'victim.cjs');
  worker = await compile('src-main/station/dataset-worker.ts', 'dataset-worker.cjs');
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The small version of `npm run bench crash`. */
it('keeps every kept take whole and an open one to within a second, whenever its process is killed', {
  timeout: 480_000,
}, async () => {
  const figures = await crash({ kills: 20, seed: 1, victim, worker, lanes: 2, perFolder: 10 });
  expect(figures.wrong).toEqual([]);
  expect(figures.kills).toBeGreaterThanOrEqual(20);
  expect(figures.confirmed).toBeGreaterThan(5);
  expect(figures.worstLoss).toBeLessThanOrEqual(1);
});

it('loses nothing that was kept when any one write fails, or all from then on', { timeout: 480_000 }, async () => {
  const figures = await everyWrite(['ENOSPC'], 3);
  expect(figures.wrong).toEqual([]);
  expect(figures.failed).toBeGreaterThan(20);
});
