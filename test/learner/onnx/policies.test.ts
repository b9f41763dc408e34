import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY_KINDS } from '../../../src-main/core/learning';
import { loadPolicy } from '../../../src-main/learner/checkpoint';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { loadOnnxPolicy } from '../../../src-main/learner/onnx/onnx-policy';
import { readMetadata } from '../../../src-main/learner/onnx/policy-metadata';
import { makeCheckpoint, observations, VARIANTS } from './checkpoints';

let engine: Engine;
let root: string;
beforeAll(async () => {
  engine = await openEngine();
  root = await mkdtemp(join(tmpdir(), 'understudy-onnx-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('every policy', () => {
  it('is among those that are tried here', () => {
    expect(new Set(VARIANTS.map(({ kind }) => kind))).toEqual(new Set(POLICY_KINDS));
  });

  it.each(VARIANTS.map((variant) => [variant.name, variant] as const))(
    'gives the same actions from its ONNX file: %s',
    async (name, variant) => {
      const spec = await makeCheckpoint(engine, root, name, variant);
      const ours = await loadPolicy(join(root, name), engine);
      const onnx = await loadOnnxPolicy(join(root, name));
      for (let seed = 1; seed <= 10; seed++) {
        const seen = observations(spec, seed);
        const [wanted, got] = [await ours.act(seen), await onnx.act(seen)];
        expect(got.length).toBe(spec.chunk);
        const differences = wanted.flatMap((action, k) =>
          action.map((value, a) => Math.abs(value - (got[k]?.[a] ?? Number.NaN))),
        );
        expect(Math.max(...differences)).toBeLessThan(1e-4);
      }
      ours.dispose();
      onnx.dispose();
      await expect(onnx.act(observations(spec, 1))).rejects.toMatchObject({ kind: 'bad-input' });
    },
  );
});

describe('the ONNX file of a policy', () => {
  it('says what goes in, what comes out and in which units', async () => {
    await makeCheckpoint(engine, root, 'told', { kind: 'mlp', history: 3, tasks: ['left', 'right'] });
    const told = readMetadata(await readFile(join(root, 'told', 'policy.onnx')));
    expect(told).toMatchObject({ kind: 'mlp', history: 3, tasks: ['left', 'right'], fps: 30, chunk: 8 });
    expect(told.state[0]).toEqual({ name: 'shoulder_pan.pos', unit: 'degrees' });
    expect(told.action.at(-1)).toEqual({ name: 'gripper.pos', unit: 'percent' });
  });

  it('is not trusted when it was changed, and its loss is told', async () => {
    await makeCheckpoint(engine, root, 'changed', { kind: 'mlp' });
    const file = join(root, 'changed', 'policy.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(loadOnnxPolicy(join(root, 'changed'))).rejects.toMatchObject({ kind: 'corrupt' });
    await rm(file);
    await expect(loadOnnxPolicy(join(root, 'changed'))).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
