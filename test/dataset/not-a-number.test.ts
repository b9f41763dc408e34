import { describe, expect, it } from 'vitest';
import type { DatasetSpec } from '../../src-main/core/episode';
import { toRows } from '../../src-main/dataset/table';

const spec: DatasetSpec = {
  robot: 'strange',
  joints: [
    { name: 'hip', unit: 'raw' },
    { name: 'knee', unit: 'raw' },
  ],
  environment: [],
  fps: 10,
  cameras: [],
};

describe('a value that is not a number', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is refused with its episode, frame and name', (bad) => {
    const rows = [0, 1, 2].map((k) => ({
      episode_index: 4,
      timestamp: k / 10,
      'observation.state': [0, 0],
      action: k === 1 ? [0, bad] : [0, 0],
    }));
    expect(() => toRows(rows, spec, 'file-000.parquet')).toThrow(
      `Episode 4, frame 1: knee of action is not a number (${bad})`,
    );
  });
});
