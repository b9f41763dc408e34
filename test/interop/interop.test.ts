import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames, openDataset } from '../../src-main/dataset/dataset';
import { folder } from '../dataset/draft';
import { writeSample } from './sample';

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const ffprobe = works('ffprobe', '-version');
const python = process.env.UNDERSTUDY_PYTHON ?? 'python3';
const pyarrow = ffprobe && works(python, '-c', 'import pyarrow');

describe('a folder written by Understudy', () => {
  it('has one video frame for each row, at exactly k / fps, for every episode and camera', async () => {
    const path = folder();
    await writeSample(path);
    const dataset = await openDataset(path);
    expect(dataset.list().map((episode) => episode.length)).toEqual([45, 60, 47]);
    for (const { index, length } of dataset.list()) {
      for (const camera of ['front', 'wrist']) {
        const { file, from, to } = dataset.video(index, camera);
        let decoded = 0;
        await decodeFrames(file, { from, to, count: length, width: 8, height: 6, onFrame: () => decoded++ });
        expect(decoded).toBe(length);
        if (!ffprobe) continue;
        const args = [
          '-v',
          'error',
          '-select_streams',
          'v:0',
          '-show_entries',
          'stream=time_base:frame=pts',
          '-of',
          'json',
          file,
        ];
        const answer = JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' }));
        const [one, perSecond] = answer.streams[0].time_base.split('/').map(Number);
        const times = answer.frames.map((frame: { pts: number }) => (frame.pts * one * 30) / perSecond);
        expect(times).toEqual(Array.from({ length }, (_, k) => k));
      }
    }
  });

  it.skipIf(!pyarrow)('is read whole by pyarrow and ffprobe', async () => {
    const path = folder();
    await writeSample(path);
    const { stdout } = spawnSync(python, [join(__dirname, 'read_dataset.py'), path], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ episodes: 3, rows: 152, video_frames: 304, errors: [] });
  });
});
