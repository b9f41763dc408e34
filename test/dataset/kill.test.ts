import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { snapshot } from './broken-disk';
import { draft, folder, SPEC } from './draft';

/** Compiled as the app is, into the checkout's ignored out folder, where it finds its packages. */
async function compile(): Promise<string> {
  const file = join(__dirname, '../../out/test/victim.cjs');
  const bundle = await rolldown({ input: join(__dirname, 'victim.ts'), platform: 'node', external: /^[^./]/ });
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  return file;
}

it('leaves every earlier episode readable when its process is killed at any moment', async () => {
  const file = await compile();
  const path = folder();
  await (await createDataset(path, SPEC)).add(draft(20));
  let most = 0;
  // On a slow computer the first blows fall before anything was added.
  for (let round = 0; round < 12 || (most < 2 && round < 40); round++) {
    const child = spawn(process.execPath, [file, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await new Promise((done) => setTimeout(done, 40 + round * 37));
    child.kill('SIGKILL');
    await once(child, 'exit');

    const dataset = await openDataset(path);
    expect((await dataset.read(0)).rows.map((r) => r.t)).toEqual(draft(20).rows.map((r) => r.t));
    for (const { index } of dataset.list()) expect((await dataset.read(index)).rows.length).toBe(20);
    expect(Object.keys(snapshot(path)).filter((name) => name.startsWith('.understudy'))).toEqual([]);
    const data = Object.keys(snapshot(path)).filter((name) => name.startsWith('data'));
    expect(data.length).toBe(dataset.list().length);
    most = Math.max(most, dataset.list().length);
  }
  expect(most).toBeGreaterThan(1);
});
