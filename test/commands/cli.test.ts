import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SerialLink } from '../../src-main/links/serial-link';
import { so101Profile } from '../../src-main/robots/profiles';
import { So101 } from '../../src-main/robots/so101';

const bin = resolve(__dirname, '../../scripts/understudy.mjs');
const folder = mkdtempSync(join(tmpdir(), 'understudy-cli-'));
const dataset = join(folder, 'dataset');
const policy = join(folder, 'policy');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `understudy …` as a person would; resolves to its exit code, stdout and stderr. */
async function understudy(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out: out(), err: err() };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

const demoResult = z.strictObject({
  task: z.literal('reach'),
  policy: z.literal('mlp'),
  episodes: z.literal(4),
  success_rate: z.number().min(0).max(1),
  successes: z.number().int().min(0).max(4),
  trials: z.literal(4),
  interval: z.tuple([z.number().min(0), z.number().max(1)]),
  untrained_success_rate: z.number().min(0).max(1),
  seconds: z.strictObject({
    record: z.number().positive(),
    train: z.number().positive(),
    evaluate: z.number().positive(),
    total: z.number().positive(),
  }),
});

describe('understudy on the command line', () => {
  it('shows the whole loop as one JSON object, and keeps the recording and the policy where it was told', async () => {
    const { code, out, err } = await understudy(
      'demo',
      '--task',
      'reach',
      '--episodes',
      '4',
      '--seconds',
      '4',
      '--trials',
      '4',
      '--dataset',
      dataset,
      '--out',
      policy,
      '--json',
    );
    expect(err).toContain('Recording 4 demonstrations');
    expect(code).toBe(0);
    const result = demoResult.parse(JSON.parse(out));
    expect(result.success_rate).toBe(result.successes / result.trials);
    expect(result.interval[0]).toBeLessThanOrEqual(result.success_rate);
    expect(result.interval[1]).toBeGreaterThanOrEqual(result.success_rate);
  });

  it('describes the kept recording', async () => {
    const { code, out } = await understudy('dataset', 'info', '--dataset', dataset, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ robot: 'so101-sim', fps: 30, episodes: 4, successes: 4 });
  });

  it('refuses to mix a demo into a recording that is there', async () => {
    const { code, out } = await understudy('demo', '--task', 'reach', '--dataset', dataset, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'bad-input' } });
  });

  it('trains on the folder, scores the policy, and lets it drive in real time', async () => {
    const out = join(folder, 'second');
    const trained = await understudy('train', '--dataset', dataset, '--out', out, '--seconds', '2', '--json');
    expect(JSON.parse(trained.out)).toMatchObject({ checkpoint: out, cancelled: false });
    expect(readdirSync(out)).toContain('policy.json');

    const scored = await understudy('eval', '--policy', out, '--task', 'reach', '--trials', '2', '--json');
    expect(JSON.parse(scored.out)).toMatchObject({ task: 'reach', trials: 2 });

    const driven = await understudy('run', '--policy', out, '--task', 'reach', '--seconds', '1', '--json');
    expect(driven.code).toBe(0);
    expect(z.object({ ticks: z.number(), success: z.boolean() }).parse(JSON.parse(driven.out)).ticks).toBeGreaterThan(
      5,
    );
  });

  it.each([
    [['fly'], 2, 'bad-input'],
    [['eval', '--policy', '/nowhere', '--task', 'reach'], 1, 'not-found'],
    [['dataset', 'info', '--dataset', folder], 1, /not-found|bad-input|incompatible/],
    [['eval', '--policy', '/nowhere'], 2, 'bad-input'],
  ])('answers %j with a fault and exit code %i', async (args, code, kind) => {
    const result = await understudy(...args, '--json');
    expect(result.code).toBe(code);
    const { error } = z
      .object({ error: z.object({ kind: z.string(), message: z.string(), tip: z.string().min(1) }) })
      .parse(JSON.parse(result.out));
    expect(error.kind).toMatch(kind);
  });

  it('puts a virtual arm on a pseudo-terminal that the real driver reads and moves', async () => {
    const child: ChildProcess = spawn(process.execPath, [bin, 'virtual-arm', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const { stdout } = child;
      if (!stdout) throw new Error('no output');
      const out = collect(stdout);
      await expect.poll(out, { timeout: 60_000 }).toContain('}');
      const { path } = z.object({ path: z.string() }).parse(JSON.parse(out()));
      // It is about bytes, not about speed.
      const bus = { timeoutMs: 5000 };
      const robot = new So101({ link: new SerialLink(path), profile: so101Profile(), kind: 'so101-sim', bus });
      await robot.connect();
      const start = await robot.read();
      const [first = 0, ...rest] = start;
      await robot.apply([first + 0.2, ...rest]);
      await expect.poll(async () => (await robot.read())[0] ?? 0, { timeout: 60_000 }).toBeGreaterThan(first + 0.1);
      await robot.close();
    } finally {
      child.kill('SIGTERM');
    }
  });
});
