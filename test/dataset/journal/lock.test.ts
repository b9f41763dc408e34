import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDataset } from '../../../src-main/dataset/dataset';
import { DatasetHost } from '../../../src-main/dataset/host-client';
import { hostInThisProcess } from '../../../src-main/dataset/host-process';
import { lockFolder } from '../../../src-main/dataset/journal/lock';
import { draft, folder, SPEC } from '../draft';

/** A folder that process `pid` has locked. */
function locked(owner: { pid: number; started: string | null; host?: string }): { path: string; file: string } {
  const path = folder();
  mkdirSync(join(path, '.understudy'), { recursive: true });
  const file = join(path, '.understudy', 'lock');
  writeFileSync(file, JSON.stringify({ host: hostname(), ...owner }));
  return { path, file };
}
const startOf = (pid: number) =>
  process.platform === 'linux'
    ? (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? null)
    : null;

async function withNeighbour<T>(work: (pid: number) => Promise<T>): Promise<T> {
  const neighbour = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(neighbour, 'spawn');
  try {
    return await work(neighbour.pid ?? 0);
  } finally {
    neighbour.kill('SIGKILL');
    await once(neighbour, 'exit');
  }
}

describe('the lock of a folder', () => {
  it('is had by one process at a time, as often as that wants, and leaves nothing behind', async () => {
    const path = folder();
    const [first, second] = [await lockFolder(path), await lockFolder(path)];
    expect([first.refusal, second.refusal]).toEqual([null, null]);
    await first.release();
    await first.release();
    expect(readdirSync(join(path, '.understudy'))).toEqual(['lock']);
    await second.release();
    expect(readdirSync(join(path, '.understudy'))).toEqual([]);
  });

  it('is refused while its process lives, and taken over when that is gone', async () => {
    const path = await withNeighbour(async (pid) => {
      const { path } = locked({ pid, started: startOf(pid) });
      const refused = await lockFolder(path);
      expect(refused.refusal).toContain(`process ${pid}`);
      await refused.release();
      return path;
    });
    const lock = await lockFolder(path);
    expect(lock.refusal).toBeNull();
    await lock.release();
  });

  it('is taken over from a number that another process has by now', async () => {
    await withNeighbour(async (pid) => {
      if (process.platform !== 'linux') return;
      const lock = await lockFolder(locked({ pid, started: '1' }).path);
      expect(lock.refusal).toBeNull();
      await lock.release();
    });
  });

  it('of another computer is believed as long as it shows that it is at work', async () => {
    const { path, file } = locked({ pid: 1, started: null, host: 'elsewhere' });
    expect((await lockFolder(path)).refusal).toContain('on elsewhere');
    utimesSync(file, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    const lock = await lockFolder(path);
    expect(lock.refusal).toBeNull();
    await lock.release();
  });

  it('that cannot be read is nobody’s', async () => {
    const { path, file } = locked({ pid: 1, started: null });
    writeFileSync(file, '{"pid":');
    const lock = await lockFolder(path);
    expect(lock.refusal).toBeNull();
    await lock.release();
  });

  it('makes the second one a reader: it sees everything, changes nothing, and is told why', async () => {
    const path = folder();
    await (await createDataset(path, SPEC)).add(draft(5));
    await withNeighbour(async (pid) => {
      mkdirSync(join(path, '.understudy'), { recursive: true });
      const owner = { pid, started: startOf(pid), host: hostname() };
      writeFileSync(join(path, '.understudy', 'lock'), JSON.stringify(owner));
      const host = new DatasetHost(() => hostInThisProcess());
      const dataset = await host.openDataset(path);
      expect(dataset.readOnly).toContain('Another Understudy');
      expect((await dataset.read(0)).length).toBe(5);
      await expect(dataset.remove(0)).rejects.toMatchObject({
        kind: 'read-only',
        message: expect.stringContaining(`process ${pid}`),
      });
      expect(dataset.list()).toHaveLength(1);
      await dataset.close();
      host.close();
    });
  });
});
