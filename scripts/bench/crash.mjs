// Recording that survives anything: processes that record, keep, edit and open are killed at random moments, and disks
// fail at their n-th write; each time the folder is opened again and compared with what was kept. Exits with 1 on any loss.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../lib/bundle.mjs';
import { modules, root } from '../lib/paths.mjs';

/** Started a thousand times: one file with what it needs, save what cannot be bundled. */
async function compile(entry, name) {
  const { build } = await import('rolldown');
  const folder = join(modules, '.cache', 'understudy');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  const inside = (id) => /^[./]/.test(id) || id.startsWith(root) || id === 'zod' || id.startsWith('zod/');
  await build({
    cwd: root,
    input: join(root, entry),
    platform: 'node',
    external: (id) => !inside(id),
    logLevel: 'silent',
    output: { file, format: 'cjs', codeSplitting: false, minify: true },
  });
  return file;
}

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '2' },
    },
  });
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const victim = await compile('test/dataset/journal/victim.ts', 'victim.cjs');
  const worker = await compile('src-main/station/dataset-worker.ts', 'dataset-worker.cjs');
  const { crash } = await load('test/dataset/journal/harness.ts');
  const { everyWrite } = await load('test/dataset/journal/every-write.ts');

  let next = 0;
  let said = 0;
  const killed = await crash({
    kills: Number(values.kills),
    seed: Number(values.seed),
    lanes: Number(values.lanes),
    perFolder: 50,
    victim,
    worker,
    progress: (done, wrong) => {
      for (const text of wrong.slice(said)) process.stderr.write(`  WRONG ${text}\n`);
      said = wrong.length;
      if (done < next) return;
      next = done + 25;
      process.stderr.write(`  ${done} of ${values.kills} kills, ${since().toFixed(0)} s, ${said} wrong\n`);
    },
  });
  const killSeconds = since();
  const writes = await everyWrite(['ENOSPC', 'EIO', 'EROFS']);
  const { wrong, ...figures } = killed;
  process.stdout.write(
    `${JSON.stringify(
      {
        kills: { ...figures, seconds: Math.round(killSeconds) },
        failing_writes: { tried: writes.tried, failed: writes.failed, seconds: Math.round(since() - killSeconds) },
        wrong: [...wrong, ...writes.wrong],
      },
      null,
      2,
    )}\n`,
  );
  if (wrong.length + writes.wrong.length > 0) process.exitCode = 1;
}
