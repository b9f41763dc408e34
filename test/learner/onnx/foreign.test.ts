import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src-main/core/clock';
import { listCheckpoints, removeCheckpoint, scanCheckpoints } from '../../../src-main/learner/checkpoint';
import { PilotClient } from '../../../src-main/learner/client';
import { openEngine, type Tf } from '../../../src-main/learner/engine';
import { spawnChild } from '../../../src-main/learner/launch';
import { importForeign } from '../../../src-main/learner/onnx/foreign-folder';
import { loadForeignPolicy } from '../../../src-main/learner/onnx/foreign-policy';
import { exportOnnx } from '../../../src-main/learner/onnx/to-onnx';
import { PolicyPilot } from '../../../src-main/learner/policy-pilot';
import { virtualPump } from '../../../src-main/station/pump';
import { openRig } from '../../../src-main/station/rig';
import { buildEntries } from '../../support/build';

/** Policies that another program could have written: an ONNX file of another's conventions, and a spec beside it. */

const JOINTS = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'];
const joints = JOINTS.map((name) => ({ name, unit: name === 'gripper' ? 'percent' : 'deg' }));
const POSE = [20, -30, 40, 30, -25, 60];
const out = join(__dirname, '..', '..', '..', 'out', `test-foreign-${process.pid}`);
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'understudy-foreign-'));
  await buildEntries({ 'pilot-host': 'src-main/learner/pilot-host.ts' }, out);
}, 60_000);
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(out, { recursive: true, force: true });
});

type Shapes = Record<string, readonly number[]>;

/** A folder with a model and its spec. */
async function folderOf(
  name: string,
  inputs: Shapes,
  fn: (tf: Tf, given: Record<string, Tensor>) => Record<string, Tensor>,
  spec: object,
): Promise<string> {
  const engine = await openEngine();
  const specs = Object.entries(inputs).map(([input, shape]) => ({ name: input, shape, dtype: 'float32' as const }));
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), await exportOnnx(engine, (given) => fn(engine.tf, given), specs, {}));
  const whole = { format: 'understudy-policy-spec', version: 1, name, model: 'model.onnx', joints, rate: 30, ...spec };
  await writeFile(join(folder, 'policy-spec.json'), JSON.stringify(whole));
  return folder;
}

/** Goes to one pose, in degrees and percent, wherever it is: ten steps that halve the way. */
const homing = (name: string, spec: object = {}) =>
  folderOf(
    name,
    { obs: [1, 6] },
    (tf, { obs }) => {
      const way = tf.sub(tf.tensor2d(POSE, [1, 6]), obs as Tensor);
      const shares = tf.tensor(
        Array.from({ length: 10 }, (_, k) => 1 - 0.5 ** (k / 2 + 0.5)),
        [1, 10, 1],
      );
      return { actions: tf.add(tf.expandDims(obs as Tensor, 1), tf.mul(tf.expandDims(way, 1), shares)) };
    },
    { inputs: [{ input: 'obs', from: 'state' }], output: { output: 'actions' }, chunk: 10, execute: 5, ...spec },
  );

const seen = (values: number[], environment: number[] = []) => ({ t: 0, joints: values, environment });
const REST = [0, 0, 0, 0, 0, 0];

describe('a policy made elsewhere', () => {
  it('drives the simulated arm from the pilot process to where it wants to be, in its own units', async () => {
    const folder = await homing('homing');
    const client = new PilotClient(spawnChild(join(out, 'pilot-host.js')));
    const remote = await client.load(folder);
    expect(remote.engine.kind).toBe('onnx');
    expect(remote.spec).toMatchObject({ kind: 'onnx', chunk: 10, execute: 5, rate: 30 });
    const clock = new VirtualClock();
    const rig = await openRig({ kind: 'so101-sim', task: 'reach' }, { clock, rate: 60 });
    const pilot = new PolicyPilot({ spec: remote.spec, act: remote.act });
    const pump = virtualPump(rig.loop, clock, () => pilot.idle());
    await rig.loop.step();
    await rig.seat.sit('policy', pilot);
    let n = 0;
    await pump(() => ++n >= 150);
    const end = rig.loop.seen?.joints ?? [];
    const wanted = POSE.map((value, j) => (j === 5 ? value / 100 : (value * Math.PI) / 180));
    for (const [j, value] of wanted.entries()) expect(Math.abs((end[j] ?? 0) - value)).toBeLessThan(0.06);
    await rig.close();
    client.close();
  });

  it('is given the values it asks for, in its order, normalised, and answers in its own', async () => {
    const folder = await folderOf(
      'ordered',
      { obs: [1, 3], noise: [1, 2] },
      (tf, { obs, noise }) => ({ a: tf.concat([tf.mul(obs as Tensor, 2), tf.sum(noise as Tensor, 1, true)], 1) }),
      {
        environment: ['goal.x', 'goal.y'],
        inputs: [
          { input: 'obs', from: ['gripper', 'goal.y', 'wrist_roll'], mean: [50, 0, 0], std: [10, 0.5, 90] },
          { input: 'noise', value: 0.25 },
        ],
        output: {
          output: 'a',
          joints: ['gripper', 'elbow_flex', 'shoulder_pan', 'wrist_flex'],
          actions: 'delta',
          std: [100, 180, 180, 180],
          mean: [0, 0, 0, 90],
        },
      },
    );
    const policy = await loadForeignPolicy(folder);
    const [action = []] = await policy.act([seen([0.1, 0.2, 0.3, 0.4, Math.PI / 4, 0.7], [9, 0.25])]);
    // obs = [(70 − 50) / 10, 0.25 / 0.5, 45 / 90] = [2, 0.5, 0.5], doubled; then the sum of the noise.
    const wanted = [0.1 + Math.PI, 0.2, 0.3 + Math.PI, 0.4 + Math.PI, Math.PI / 4, 0.7 + 4];
    for (const [j, value] of wanted.entries()) expect(action[j]).toBeCloseTo(value, 4);
    policy.dispose();
  });

  it('is shown pictures as it was trained on them', async () => {
    const camera = { input: 'img', camera: 'front', width: 4, height: 2 };
    const mean = (layout: string, shape: number[], axes: number[], more: object) =>
      folderOf(
        `camera-${layout}`,
        { img: shape },
        (tf, { img }) => ({ a: tf.concat([tf.mean(img as Tensor, axes), tf.zeros([1, 3])], 1) }),
        {
          inputs: [{ ...camera, layout, ...more }],
          output: { output: 'a' },
          joints: joints.map(({ name }) => ({ name, unit: 'raw' })),
        },
      );
    const data = Uint8Array.from({ length: 24 }, (_, i) => [255, 51, 0][i % 3] as number);
    const shown = { ...seen(REST), images: { front: { width: 4, height: 2, data, t: 0 } } };
    const first = await loadForeignPolicy(
      await mean('NCHW', [1, 3, 2, 4], [2, 3], { mean: [0.5, 0, 0], std: [0.5, 1, 1] }),
    );
    expect((await first.act([shown]))[0]?.slice(0, 3)).toEqual([1, expect.closeTo(0.2, 5), 0]);
    const second = await loadForeignPolicy(await mean('NHWC', [1, 2, 4, 3], [1, 2], { range: '-1..1' }));
    expect((await second.act([shown]))[0]?.slice(0, 3)).toEqual([1, expect.closeTo(-0.6, 5), -1]);
    await expect(second.act([seen(REST)])).rejects.toMatchObject({ kind: 'no-camera' });
  });

  it.each([
    ['an input that the model lacks', { inputs: [{ input: 'state', from: 'state' }] }, /no input "state"/],
    ['an input too narrow', { inputs: [{ input: 'obs', from: ['gripper'] }] }, /"obs" \[1, 6\] does not take \[1,1\]/],
    ['a history the model does not take', { history: 3 }, /does not take \[1,3,6\]/],
    ['an output that the model lacks', { output: { output: 'action' } }, /no output "action"/],
    ['another chunk', { chunk: 20 }, /not 20 actions of 6 joints/],
    ['a joint the robot lacks', { output: { output: 'actions', joints: ['tail'] } }, /no joint tail/],
    ['a value nobody knows', { inputs: [{ input: 'obs', from: ['cube.x'] }] }, /nobody knows cube.x/],
    ['another version', { version: 2 }, /version/],
    ['a model outside its folder', { model: '../model.onnx' }, /same folder/],
  ])('is refused for %s, with what does not fit', async (name, change, message) => {
    const folder = await homing(`bad-${name.replaceAll(' ', '-')}`, change);
    await expect(loadForeignPolicy(folder)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('is refused when its file is no model', async () => {
    const folder = await homing('garbage');
    await writeFile(join(folder, 'model.onnx'), 'no model');
    await expect(loadForeignPolicy(folder)).rejects.toMatchObject({ kind: 'corrupt' });
    await rm(join(folder, 'model.onnx'));
    await expect(loadForeignPolicy(folder)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('importing a policy', () => {
  const check = async (folder: string): Promise<void> => (await loadForeignPolicy(folder)).dispose();

  it('puts a copy among the policies, under a name of its own, and it can be deleted there', async () => {
    const source = await homing('Made Elsewhere');
    const policies = join(root, 'policies');
    const first = await importForeign(source, policies, check);
    const second = await importForeign(join(source, 'policy-spec.json'), policies, check);
    expect([first, second]).toEqual([join(policies, 'made-elsewhere'), join(policies, 'made-elsewhere-2')]);
    const list = await listCheckpoints(policies);
    expect(list.map(({ name, spec }) => [name, spec.kind])).toEqual([
      ['Made Elsewhere', 'onnx'],
      ['Made Elsewhere', 'onnx'],
    ]);
    await removeCheckpoint(second);
    expect(await readdir(policies)).toEqual(['made-elsewhere']);
    await writeFile(join(first, 'policy-spec.json'), '{');
    expect((await scanCheckpoints(policies)).broken).toMatchObject([{ fault: { kind: 'corrupt' } }]);
  });

  it('leaves nothing behind when the model does not fit', async () => {
    const source = await homing('misfit', { chunk: 3, execute: 2 });
    const policies = join(root, 'empty');
    await expect(importForeign(source, policies, check)).rejects.toMatchObject({ kind: 'incompatible' });
    expect(await readdir(policies)).toEqual([]);
  });
});
