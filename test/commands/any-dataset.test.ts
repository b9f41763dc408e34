import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Channel, EpisodeRow } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import { createDataset, openDataset } from '../../src-main/dataset/dataset';
import { exportDataset } from '../../src-main/exchange/export/export';

const bin = resolve(__dirname, '../../scripts/understudy.mjs');
const root = mkdtempSync(join(tmpdir(), 'understudy-any-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const raw = (names: readonly string[]): Channel[] => names.map((name) => ({ name, unit: 'raw' }));
const SEEN = raw(['boom', 'bucket', 'tracks_left', 'tracks_right', 'weight']);
const DONE = raw(['boom_speed', 'bucket_speed']);

/** The demonstrator brings boom and bucket to zero, in units of its own. */
function rows(random: Random): EpisodeRow[] {
  let state = SEEN.map(() => random.between(-300, 300));
  return Array.from({ length: 30 }, (_, k) => {
    const action = [(state[0] ?? 0) * -0.1, (state[1] ?? 0) * -0.2];
    const row = { t: k / 12, state, action, asked: action, environment: [], pilot: 'person', intervention: false };
    state = state.map((value, i) => value + (action[i] ?? 0));
    return { ...row, clamped: '' };
  });
}

/** As another program would have written it: nothing of ours in info.json. */
function disown(folder: string): void {
  const path = join(folder, 'meta', 'info.json');
  const { understudy: _, ...info } = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
  writeFileSync(path, JSON.stringify(info));
}

async function understudy(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [bin, ...args, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out };
}

const v3 = join(root, 'excavator');
const v21 = join(root, 'older');

beforeAll(async () => {
  const random = new Random(2);
  const dataset = await createDataset(v3, {
    robot: 'excavator',
    joints: SEEN,
    action: DONE,
    environment: [],
    fps: 12,
    cameras: [],
  });
  for (let e = 0; e < 8; e++) await dataset.add({ task: 'dig', success: null, rows: rows(random), videos: {} });
  await dataset.close();
  const source = await openDataset(v3);
  await exportDataset(source, { format: 'lerobot-v2.1', folder: v21 });
  await source.close();
  disown(v3);
  disown(v21);
}, 60_000);

describe('a dataset of a robot nobody here has seen', () => {
  it.each([
    ['v3.0', v3],
    ['v2.1', v21],
  ])(
    'in LeRobot %s is learned from, and the policy runs as plain ONNX in its own units',
    async (name, folder) => {
      const out = join(root, `policy-${name}`);
      const { code, out: text } = await understudy('train', '--dataset', folder, '--out', out, '--steps', '400');
      const result = z.object({ checkpoint: z.string(), reasons: z.array(z.string()).min(1) }).parse(JSON.parse(text));
      expect(code).toBe(0);
      expect(result.checkpoint).toBe(out);

      const session = await InferenceSession.create(join(out, 'policy.onnx'));
      expect(session.inputNames).toEqual(['observation.state']);
      const state = Float32Array.of(200, -100, 10, -20, 30);
      const { action } = await session.run({ 'observation.state': new Tensor('float32', state, [1, 5]) });
      expect(action?.dims.slice(0, 1)).toEqual([1]);
      expect(action?.dims[2]).toBe(2);
      const [boom = 0, bucket = 0] = (action?.data ?? []) as Float32Array;
      // The demonstrator would do −20 and 20; what matters is the way and about how much.
      expect(boom).toBeLessThan(-8);
      expect(bucket).toBeGreaterThan(8);

      const compared = await understudy('eval', '--policy', out, '--dataset', folder);
      const { channels } = z
        .object({ channels: z.array(z.object({ name: z.string(), share: z.number() })) })
        .parse(JSON.parse(compared.out));
      expect(channels.map((channel) => channel.name)).toEqual(['boom_speed', 'bucket_speed']);
      for (const { share } of channels) expect(share).toBeLessThan(0.1);
    },
    120_000,
  );

  it('is refused with a clear word for settings it cannot have', async () => {
    const train = ['train', '--dataset', v3, '--out', join(root, 'none')];
    const refused = async (...args: string[]) => {
      const { code, out } = await understudy(...train, ...args);
      expect(code).not.toBe(0);
      return z.object({ error: z.object({ kind: z.string(), message: z.string() }) }).parse(JSON.parse(out)).error;
    };
    expect(await refused('--policy', 'cnn')).toMatchObject({ kind: 'no-camera' });
    expect((await refused('--policy', 'mlp', '--config', '{"hiden": [8]}')).message).toContain('hiden');
    expect((await refused('--config', '{"chunk": 0}')).message).toContain('chunk');
    expect((await refused('--config', 'nowhere.json')).kind).toBe('not-found');
  }, 60_000);
});
