import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataset } from '../../src-main/dataset/dataset';
import { recordDemonstrations } from '../../src-main/station/laboratory';

it('records demonstrations for whoever does not want to hear of each one', async () => {
  const home = mkdtempSync(join(tmpdir(), 'understudy-laboratory-'));
  try {
    const folder = join(home, 'set');
    const { attempts, frames } = await recordDemonstrations({ task: 'reach', folder, episodes: 2, seed: 1 });
    expect(attempts).toBeGreaterThanOrEqual(2);
    const dataset = await openDataset(folder);
    expect(dataset.list()).toMatchObject([{ success: true }, { success: true }]);
    expect(dataset.list().reduce((sum, info) => sum + info.length, 0)).toBe(frames);
    await dataset.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
