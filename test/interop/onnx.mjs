// Exports every kind of policy, asks each for actions on 100 observations, and lets Python's onnxruntime answer the same.
//   node test/interop/onnx.mjs [python]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from '../../scripts/lib/bundle.mjs';

const python = process.argv[2] ?? process.env.UNDERSTUDY_PYTHON ?? 'python3';
const { openEngine, loadPolicy, makeCheckpoint, observations, VARIANTS } = await load('test/learner/onnx/interop.ts');
const root = mkdtempSync(join(tmpdir(), 'understudy-onnx-'));
const engine = await openEngine();
try {
  for (const variant of VARIANTS) {
    const spec = await makeCheckpoint(engine, root, variant.name, variant);
    const policy = await loadPolicy(join(root, variant.name), engine);
    const rows = [];
    for (let seed = 1; seed <= 100; seed++) {
      const history = observations(spec, seed);
      const now = history.at(-1);
      const images = Object.fromEntries(
        Object.entries(now.images).map(([name, { data }]) => [name, Buffer.from(data).toString('base64')]),
      );
      const actions = await policy.act(history);
      const shown = history.map(({ joints, environment }) => ({ joints, environment }));
      rows.push(JSON.stringify({ history: shown, task: now.task ?? null, images, actions }));
    }
    writeFileSync(join(root, variant.name, 'answers.jsonl'), rows.join('\n'));
    policy.dispose();
  }
  const { status } = spawnSync(python, [join(new URL('.', import.meta.url).pathname, 'answer_onnx.py'), root], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
