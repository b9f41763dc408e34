import { describe, expect, it } from 'vitest';
import { createDataset } from '../../src-main/dataset/dataset';
import { draft, folder, SPEC } from './draft';

describe('tags of several episodes', () => {
  it('can be added and taken away where they differ, in one step of undo', async () => {
    const dataset = await createDataset(folder(), { ...SPEC, cameras: [] });
    await dataset.add({ ...draft(4), tags: ['slow'] });
    await dataset.add({ ...draft(4, { seed: 1 }), tags: ['left'] });
    const tags = () => dataset.list().map((e) => e.tags.join());
    await dataset.edit({ kind: 'relabel', episodes: [0, 1], label: { addTags: ['left', 'a'], removeTags: ['slow'] } });
    expect(tags()).toEqual(['a,left', 'a,left']);
    await dataset.undo();
    expect(tags()).toEqual(['slow', 'left']);
    await dataset.close();
  });
});
