import { readFile } from 'node:fs/promises';
import { openDataset } from '../../src-main/dataset/dataset';
import { contents } from './record';

interface Truth {
  readonly fps: number;
  readonly episodes: readonly {
    readonly task: string;
    readonly length: number;
    readonly rows: readonly { readonly state: readonly number[]; readonly action: readonly number[] }[];
    readonly thumbnails: Readonly<Record<string, readonly (readonly number[])[]>>;
  }[];
}

/**
 * Opens a folder of another program and compares every row and every picture with what that program said is in it.
 * Thumbnails may differ by a few levels: each side makes RGB of the video's YUV in its own way.
 */
export async function compare(folder: string, truthFile: string) {
  const truth: Truth = JSON.parse(await readFile(truthFile, 'utf8'));
  const dataset = await openDataset(folder);
  const wrong: string[] = [];
  const expect = (ok: boolean, what: string) => {
    if (!ok && wrong.length < 20) wrong.push(what);
  };
  const found = await contents(dataset);
  await dataset.close();
  let [rows, pictures, worstValue, worstThumbnail] = [0, 0, 0, 0];
  const off = (a: readonly number[] = [], b: readonly number[] = []) =>
    a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0) : NaN;
  expect(found.fps === truth.fps, 'fps');
  expect(found.episodes.length === truth.episodes.length, 'number of episodes');
  for (const [n, wanted] of truth.episodes.entries()) {
    const mine = found.episodes[n];
    expect(mine?.task === wanted.task && mine.length === wanted.length, `episode ${n}: task or length`);
    for (const [k, row] of wanted.rows.entries()) {
      const value = Math.max(off(mine?.rows[k]?.state, row.state), off(mine?.rows[k]?.action, row.action));
      expect(value < 1e-4, `episode ${n}, row ${k}: off by ${value}`);
      worstValue = Math.max(worstValue, value);
      rows++;
    }
    for (const [camera, list] of Object.entries(wanted.thumbnails)) {
      for (const [k, thumbnail] of list.entries()) {
        const value = off(mine?.thumbnails[camera]?.[k], thumbnail);
        expect(value < 10, `episode ${n}, ${camera}, frame ${k}: shows another picture (off by ${value})`);
        worstThumbnail = Math.max(worstThumbnail, value);
        pictures++;
      }
    }
  }
  return { episodes: found.episodes.length, rows, pictures, worstValue, worstThumbnail, wrong };
}
