import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import { createDataset } from '../../src-main/dataset/dataset';
import { DatasetHost } from '../../src-main/dataset/host-client';
import { hostInThisProcess } from '../../src-main/dataset/host-process';
import { fits } from '../../src-main/station/fit';
import { Library } from '../../src-main/station/library';
import { openRig } from '../../src-main/station/rig';
import { draft, folder, SPEC } from '../dataset/draft';

const failures: unknown[] = [];
const owner = { added: () => {}, changed: () => {}, failed: (error: unknown) => void failures.push(error) };

describe('a dataset of another robot', () => {
  it('is opened and can be read; only recording into it is refused, by its joints', async () => {
    const home = folder();
    const strange = join(home, 'strange');
    const made = await createDataset(strange, SPEC);
    await made.add(draft(12));
    await made.close();
    const rig = await openRig({ kind: 'so101-sim', task: 'reach' }, { clock: new VirtualClock(), rate: 60 });
    const library = new Library(home, new DatasetHost(() => hostInThisProcess()), owner);

    const opened = await library.open(strange);
    expect((await opened.read(0)).rows).toHaveLength(12);
    expect(library.state()).toMatchObject({ name: 'strange', episodes: 1 });
    expect(fits(opened, rig)).toBe(false);
    await expect(library.forRecording(rig, [])).rejects.toMatchObject({
      kind: 'incompatible',
      message: expect.stringContaining('shoulder_pan, elbow_flex, gripper'),
    });
    await library.end();
    await rig.close();
    expect(failures).toEqual([]);
  });

  it('is not where a robot records by itself: that is a dataset of its own', async () => {
    const home = folder();
    const rig = await openRig({ kind: 'so101-sim', task: 'reach' }, { clock: new VirtualClock(), rate: 60 });
    const library = new Library(home, new DatasetHost(() => hostInThisProcess()), owner);
    await library.forRecording(rig, []);
    expect(library.dataset?.folder).toBe(library.defaultFolder(rig.choice));
    expect(library.dataset && fits(library.dataset, rig)).toBe(true);
    await library.end();
    await rig.close();
  });
});
