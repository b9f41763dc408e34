import { describe, expect, it, vi } from 'vitest';
import type { EpisodeInfo } from '../../../src-main/core/episode';
import { fault } from '../../../src-main/core/fault';
import { FinaliseQueue } from '../../../src-main/dataset/journal/queue';

function bench(finalise: (id: string) => Promise<EpisodeInfo | null>) {
  const done: string[] = [];
  const failures: unknown[] = [];
  const queue = new FinaliseQueue({
    finalise,
    done: (id) => done.push(id),
    changed: () => undefined,
    failed: (error) => failures.push(error),
  });
  return { queue, done, failures };
}

describe('kept takes on their way into the dataset', () => {
  it('go one after the other, in the order in which they were kept', async () => {
    let busy = 0;
    const { queue, done } = bench(async () => {
      expect(++busy).toBe(1);
      await new Promise((turn) => setTimeout(turn, 5));
      busy--;
      return null;
    });
    for (const id of ['a', 'b', 'c']) queue.push(id);
    expect(queue.waiting).toEqual(['a', 'b', 'c']);
    await queue.settle();
    expect(done).toEqual(['a', 'b', 'c']);
    expect(queue.waiting).toEqual([]);
  });

  it('wait while the disk is full, which is said once, and are tried again', async () => {
    vi.useFakeTimers();
    try {
      let full = true;
      const { queue, done, failures } = bench(async () => {
        if (full) throw fault('disk-full', 'The disk is full', 'Free some space.');
        return null;
      });
      queue.push('a');
      queue.push('b');
      await vi.advanceTimersByTimeAsync(16_000);
      expect(failures).toMatchObject([
        { kind: 'disk-full', tip: expect.stringContaining("safe in the dataset's journal") },
      ]);
      expect(queue.waiting).toEqual(['a', 'b']);
      full = false;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(done).toEqual(['a', 'b']);
      expect(failures).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are not held up by one that cannot be read', async () => {
    const { queue, done, failures } = bench(async (id) => {
      if (id === 'bad') throw fault('corrupt', 'damaged', 'Open it again.');
      return null;
    });
    queue.push('bad');
    queue.push('good');
    await queue.settle();
    expect(done).toEqual(['bad', 'good']);
    expect(failures).toMatchObject([{ kind: 'corrupt' }]);
  });

  it('are left to the next opening when the dataset is closed', async () => {
    const { queue } = bench(async () => {
      throw fault('read-only', 'The disk is read-only', 'Choose another.');
    });
    queue.push('a');
    await queue.close();
    expect(queue.waiting).toEqual(['a']);
  });
});
