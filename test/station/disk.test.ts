import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src-main/core/fault';
import { DiskGuard, FLOOR } from '../../src-main/station/disk';

const MB = 2 ** 20;
function guard(free: number | Error) {
  const told: Fault[] = [];
  const now = { free, load: null as { bytes: number; seconds: number } | null };
  const disk = new DiskGuard({
    folder: () => '/set',
    load: () => now.load,
    full: (why) => told.push(why),
    changed: () => undefined,
    free: async () => {
      if (now.free instanceof Error) throw now.free;
      return now.free;
    },
  });
  return { disk, now, told };
}

describe('the room on the disk', () => {
  it('is asked for before a take: without it none begins', async () => {
    const { disk, now } = guard(FLOOR);
    await disk.assertRoom();
    now.free = FLOOR - 1;
    await expect(disk.assertRoom()).rejects.toMatchObject({
      kind: 'disk-full',
      message: expect.stringContaining('63 MB'),
    });
  });

  it('is told as seconds of recording at the rate of the take, the second copy counted', async () => {
    const { disk, now } = guard(1032 * MB);
    await disk.look();
    expect(disk.state()).toEqual({ free: 1032 * MB, seconds: null, low: false });
    now.load = { bytes: 10 * MB, seconds: 10 };
    await disk.look();
    expect(disk.state()).toMatchObject({ seconds: (1032 - 32 - 10) / 2, low: true });
    now.load = null;
    await disk.look();
    expect(disk.state()?.seconds).toBe(500);
  });

  it('ends a take once before the disk is full, with room to make an episode of it', async () => {
    const { disk, now, told } = guard(200 * MB);
    now.load = { bytes: 50 * MB, seconds: 50 };
    await disk.look();
    expect(told).toEqual([]);
    now.free = 80 * MB;
    await disk.look();
    await disk.look();
    expect(told).toMatchObject([{ kind: 'disk-full', message: expect.stringContaining('ended') }]);
    now.load = null;
    await disk.look();
    now.load = { bytes: 50 * MB, seconds: 50 };
    await disk.look();
    expect(told).toHaveLength(2);
  });

  it('is not guarded where the system does not tell it', async () => {
    const { disk } = guard(new Error('no'));
    await disk.assertRoom();
    expect(disk.state()).toBeNull();
  });

  it('is that of the nearest folder there is', async () => {
    const folder = join(tmpdir(), 'not', 'there', 'yet');
    const disk = new DiskGuard({
      folder: () => folder,
      load: () => null,
      full: () => undefined,
      changed: () => undefined,
    });
    await disk.look();
    expect(disk.state()?.free).toBeGreaterThan(0);
  });
});
