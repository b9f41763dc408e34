import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY_KINDS } from '../../../src-main/core/learning';
import type { Observation } from '../../../src-main/core/types';
import { loadPolicy } from '../../../src-main/learner/checkpoint';
import { type Engine, openEngine } from '../../../src-main/learner/engine';
import { exportWeights } from '../../../src-main/learner/onnx/export-weights';
import { loadOnnxPolicy } from '../../../src-main/learner/onnx/onnx-policy';
import { readMetadata } from '../../../src-main/learner/onnx/policy-metadata';
import { openOnnx } from '../../../src-main/learner/onnx/session';
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

  it('does the main task for whoever names none', async () => {
    const spec = await makeCheckpoint(engine, root, 'many', { kind: 'mlp', tasks: ['left', 'right'] });
    const plain = await openOnnx(join(root, 'many', 'policy.onnx'));
    expect(plain.inputs.map(({ name }) => name)).not.toContain('task');
    const told = await loadOnnxPolicy(join(root, 'many'));
    const [seen] = observations(spec, 1) as [Observation];
    const units = spec.observation.joints.map((name) => (name === 'gripper' ? 100 : 180 / Math.PI));
    const { joints, environment } = seen;
    const feeds = {
      'observation.state': {
        data: Float32Array.from(joints, (value, i) => value * (units[i] ?? 1)),
        shape: [1, joints.length],
      },
      ...(spec.observation.environment.length > 0 && {
        'observation.environment_state': { data: Float32Array.from(environment), shape: [1, environment.length] },
      }),
    };
    const { action } = await plain.run(feeds, ['action']);
    const first = async (task: string) =>
      ((await told.act([{ ...seen, task }]))[0] ?? []).map((v, a) => v * (units[a] ?? 1));
    const [main, other] = [await first(spec.task), await first(spec.tasks.find((text) => text !== spec.task) ?? '')];
    const got = [...(action?.data ?? [])].slice(0, main.length);
    expect(Math.max(...got.map((value, a) => Math.abs(value - (main[a] ?? Number.NaN))))).toBeLessThan(1e-3);
    expect(Math.max(...got.map((value, a) => Math.abs(value - (other[a] ?? Number.NaN))))).toBeGreaterThan(0.01);
    told.dispose();
    await plain.close();
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

describe('the weights of a policy', () => {
  it('are written as safetensors, each tensor with its shape', async () => {
    await makeCheckpoint(engine, root, 'weighed', { kind: 'mlp' });
    const path = join(root, 'weighed.safetensors');
    await exportWeights(join(root, 'weighed'), path);
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE(0));
    const { __metadata__, ...tensors } = JSON.parse(bytes.subarray(8, 8 + length).toString());
    expect(__metadata__.kind).toBe('mlp');
    expect(tensors['000']).toMatchObject({ dtype: 'F32', shape: [9, 256], data_offsets: [0, 9 * 256 * 4] });
    const weights = await readFile(join(root, 'weighed', 'weights.bin'));
    expect(bytes.subarray(8 + length).equals(weights)).toBe(true);
  });
});
