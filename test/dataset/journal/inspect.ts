import { readdir } from 'node:fs/promises';
import type { Dataset } from '../../../src-main/core/episode';
import type { RescuedTake } from '../../../src-main/core/state';
import { decodeFrames, openDataset } from '../../../src-main/dataset/dataset';
import { nodeTakeFiles, takesFolder, unreadableFolder } from '../../../src-main/dataset/journal/files';
import { rescueTakes } from '../../../src-main/dataset/journal/rescue';
import type { KnownTake } from './lane';
import { CAMERAS, FPS, SIZE } from './synthetic';

/** Rows in a second: what an open take may lose. */
const SECOND = FPS;

export interface Inspection {
  /** What is not as it must be; empty when nothing was lost. */
  readonly wrong: string[];
  /** Confirmed takes looked at. */
  readonly confirmed: number;
  /** Rows that an open take had and has no more. */
  readonly lost: number[];
  readonly rescued: readonly RescuedTake[];
}

/** Opens a folder after a crash, as the app does, and compares it with what is known of its takes. */
export async function inspect(folder: string, takes: Map<string, KnownTake>, seen: Set<string>): Promise<Inspection> {
  const wrong: string[] = [];
  const lost: number[] = [];
  const dataset = await openDataset(folder);
  try {
    const rescued = await rescueTakes(dataset, nodeTakeFiles);
    const list = new Map(dataset.list().map((info) => [info.id, info]));
    const trash = new Map((await dataset.trash()).map((entry) => [entry.id, entry]));
    if (list.size !== dataset.list().length) wrong.push('an id is in the list twice');
    let confirmed = 0;
    for (const take of takes.values()) {
      const info = list.get(take.id);
      const there = info ?? trash.get(take.id);
      if (info && trash.has(take.id)) wrong.push(`${take.id} is in the list and in the trash`);
      if (take.state === 'discarded' && there) wrong.push(`${take.id} was discarded and is there`);
      if (take.state === 'kept') {
        confirmed++;
        if (there?.length !== take.rows)
          wrong.push(`${take.id} was kept with ${take.rows} rows and has ${there?.length}`);
        else if (there.task !== take.task || there.success !== take.success)
          wrong.push(`${take.id} was kept as ${take.task}/${take.success}, is ${there.task}/${there.success}`);
      }
      if ((take.state === 'open' || take.state === 'confirming') && take.rows > 0) {
        const missing = Math.max(0, take.rows - (there?.length ?? 0));
        lost.push(missing);
        if (missing > SECOND) wrong.push(`${take.id} had ${take.rows} rows and lost ${missing}`);
        // From now on it is an episode like any other.
        Object.assign(take, there ? { ...settled(there), state: 'kept' } : { state: 'discarded' });
      }
      if (take.state === 'discarding') takes.delete(take.id);
    }
    for (const id of list.keys()) {
      if (seen.has(id)) continue;
      seen.add(id);
      wrong.push(...(await readAll(dataset, id)));
    }
    const left = await readdir(takesFolder(folder)).catch(() => []);
    if (left.length > 0) wrong.push(`takes are left: ${left.join(', ')}`);
    const unreadable = await readdir(unreadableFolder(folder)).catch(() => []);
    if (unreadable.length > rescued.filter((take) => take.rows === 0).length + 1)
      wrong.push(`unreadable: ${unreadable.join(', ')}`);
    return { wrong, confirmed, lost, rescued };
  } finally {
    await dataset.close();
  }
}

const settled = ({ length, task, success }: { length: number; task: string; success: boolean | null }) => ({
  rows: length,
  task,
  success,
});

/** Every row and every picture of an episode. */
async function readAll(dataset: Dataset, id: string): Promise<string[]> {
  const info = dataset.list().find((one) => one.id === id);
  if (!info) return [];
  try {
    const { rows } = await dataset.read(info.index);
    if (rows.length !== info.length) return [`${id} has ${rows.length} of ${info.length} rows`];
    for (const { name } of CAMERAS) {
      const { file, from, to } = dataset.video(info.index, name);
      let frames = 0;
      await decodeFrames(file, { from, to, count: info.length, ...SIZE, onFrame: () => void frames++ });
      if (frames !== info.length) return [`${id} has ${frames} pictures of ${name} for ${info.length} rows`];
    }
    return [];
  } catch (error) {
    return [`${id} cannot be read: ${String(error)}`];
  }
}
