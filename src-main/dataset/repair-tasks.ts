import { z } from 'zod';
import { type Content, recordAt, type Store } from './store';

const cell = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), z.number().int().min(0).max(1e6));

/**
 * The list of tasks from what the rows and the episodes' entries say: number n is the text of the episodes whose rows
 * carry it. Texts that no row can vouch for come last; a number that nobody uses any more gets a text that says so.
 */
export async function rebuiltTasks(store: Store, now: Content, old: readonly string[]): Promise<string[]> {
  const byNumber = new Map<number, string>(old.map((task, n) => [n, task]));
  const texts = new Set(old);
  for (const index of now.records.keys()) {
    const { task } = recordAt(now, index);
    if (texts.has(task)) continue;
    const n = await taskNumber(store, now, index);
    if (n === null || byNumber.has(n)) continue;
    byNumber.set(n, task);
    texts.add(task);
  }
  for (const { task } of now.records) {
    if (texts.has(task)) continue;
    byNumber.set(Math.max(-1, ...byNumber.keys()) + 1, task);
    texts.add(task);
  }
  const count = Math.max(-1, ...byNumber.keys()) + 1;
  return Array.from({ length: count }, (_, n) => byNumber.get(n) ?? `(lost task ${n})`);
}

async function taskNumber(store: Store, now: Content, index: number): Promise<number | null> {
  try {
    const range = { ...store.range(now, index), count: 1 };
    const [row] = await store.read(range, 'Its first row', (name) => name === 'task_index');
    const parsed = cell.safeParse(row?.task_index);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
