import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataset } from '../../dataset/dataset';
import type { OpenWriter } from './writer';

/** A clean LeRobot v3.0 folder: standard columns and our own, no trash, no history of edits. */
export const openV3: OpenWriter = async (folder, spec) => {
  const dataset = await createDataset(folder, spec);
  return {
    add: async (draft) => void (await dataset.add(draft)),
    finish: async () => {
      await dataset.close();
      for (const own of ['.understudy', '.trash']) await rm(join(folder, own), { recursive: true, force: true });
    },
  };
};
