import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toFault } from '../../src-main/core/fault';
import { intoNewFolder } from '../../src-main/exchange/staging';
import { folder } from './dataset';

const fill = async (staging: string) => writeFileSync(join(staging, 'a'), 'whole');

describe('making a new folder in one step', () => {
  it('shows it only when it is whole', async () => {
    const target = folder();
    await intoNewFolder(target, async (staging) => {
      await fill(staging);
      expect(readdirSync(dirname(target)).includes('set')).toBe(false);
    });
    expect(readFileSync(join(target, 'a'), 'utf8')).toBe('whole');
    expect(readdirSync(dirname(target))).toEqual(['set']);
  });

  it('leaves nothing when the disk is full half-way, and says so', async () => {
    const target = folder();
    const work = intoNewFolder(target, async (staging) => {
      await fill(staging);
      throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    });
    expect(toFault(await work.catch((error: unknown) => error))).toMatchObject({ kind: 'disk-full' });
    expect(readdirSync(dirname(target))).toEqual([]);
  });

  it('does not begin when the disk has no room for it, and names the figures', async () => {
    const target = folder();
    let begun = false;
    const work = intoNewFolder(
      target,
      async () => {
        begun = true;
      },
      async () => 1e18,
    );
    await expect(work).rejects.toMatchObject({ kind: 'disk-full', message: expect.stringContaining('1000000 TB') });
    expect(begun).toBe(false);
  });

  it('writes into an empty folder, never over a file or a full one', async () => {
    const empty = folder();
    mkdirSync(empty);
    await intoNewFolder(empty, fill);
    await expect(intoNewFolder(empty, fill)).rejects.toMatchObject({ kind: 'bad-input' });
    const file = folder();
    writeFileSync(file, 'mine');
    await expect(intoNewFolder(file, fill)).rejects.toMatchObject({ kind: 'bad-input' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('sweeps what a process that died had begun, not what a living one is at', async () => {
    const target = folder();
    const parent = dirname(target);
    mkdirSync(join(parent, '.set.partial-999999999'));
    mkdirSync(join(parent, `.set.partial-${process.ppid}`));
    await intoNewFolder(target, fill);
    expect(readdirSync(parent)).toEqual([`.set.partial-${process.ppid}`, 'set']);
  });
});
