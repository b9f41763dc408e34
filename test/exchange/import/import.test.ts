import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src-main/core/episode';
import { createDataset, decodeFrames, openDataset } from '../../../src-main/dataset/dataset';
import { importInto, recognise } from '../../../src-main/exchange/import/import';
import { aloha, colourOf, csv, folder, HEADER, plainCell, robomimic } from './fixtures';

/** Mean colour of each frame of an episode's video. */
async function colours(dataset: Dataset, index: number, camera: string): Promise<number[][]> {
  const { file, from, to } = dataset.video(index, camera);
  const count = dataset.list()[index]?.length ?? 0;
  const seen: number[][] = [];
  const onFrame = (_: number, rgb: Uint8Array) => seen.push([...rgb.subarray(0, 3)]);
  await decodeFrames(file, { from, to, count, width: 8, height: 8, onFrame });
  return seen;
}

/** How far a colour is from that of picture k. */
const off = (colour: readonly number[], k: number): number =>
  Math.max(...colourOf(k).map((value, i) => Math.abs(value - (colour[i] ?? 0))));

describe('importing ALOHA files', () => {
  it('makes a dataset with one episode a file, in the order a person counts, pictures and rows in step', async () => {
    const source = folder();
    await aloha(join(source, 'episode_10.hdf5'), { count: 9 });
    await aloha(join(source, 'episode_2.hdf5'), { count: 12 });
    expect(await recognise(source)).toBe('aloha-hdf5');
    const seen: number[] = [];
    const destination = join(folder(), 'set');
    const result = await importInto(source, destination, {}, { report: ({ done }) => seen.push(done) });
    expect(result).toMatchObject({ kind: 'aloha-hdf5', episodes: 2, frames: 21, skipped: 0 });
    expect(seen.at(-1)).toBe(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));

    const dataset = await openDataset(destination);
    expect(dataset.spec).toMatchObject({
      robot: 'aloha-sim',
      fps: 50,
      cameras: [{ name: 'top', width: 32, height: 24 }],
    });
    expect(dataset.spec.joints).toHaveLength(14);
    expect(dataset.spec.joints[0]).toEqual({ name: 'left_waist', unit: 'rad' });
    expect(dataset.spec.joints[13]).toEqual({ name: 'right_gripper', unit: 'ratio' });
    expect(dataset.list().map((e) => [e.length, e.success])).toEqual([
      [12, null],
      [9, null],
    ]);
    const { rows } = await dataset.read(0);
    expect(rows[3]?.state[5]).toBeCloseTo(5.03, 4);
    expect(rows[3]?.action[13]).toBeCloseTo(13.53, 4);
    expect(rows[3]).toMatchObject({ pilot: 'imported', intervention: false });
    expect(rows[3]?.t).toBeCloseTo(3 / 50, 9);
    const pictures = await colours(dataset, 0, 'top');
    expect(pictures).toHaveLength(12);
    for (const [k, colour] of pictures.entries()) expect(off(colour, k)).toBeLessThan(8);
    await dataset.close();
  });

  it('reads pictures kept as JPEGs and cuts the odd column and row off', async () => {
    const source = await aloha(join(folder(), 'one.hdf5'), { jpeg: true, width: 33, height: 25 });
    const destination = join(folder(), 'set');
    const result = await importInto(source, destination, { task: 'fold the cloth', fps: 25 });
    expect(result.report.map((line) => line.text).join()).toContain('odd size');
    const dataset = await openDataset(destination);
    expect(dataset.spec).toMatchObject({ fps: 25, cameras: [{ width: 32, height: 24 }] });
    expect(dataset.list()[0]?.task).toBe('fold the cloth');
    for (const [k, colour] of (await colours(dataset, 0, 'top')).entries()) expect(off(colour, k)).toBeLessThan(10);
    await dataset.close();
  });

  it('names numbers of another robot joint_0 …, of unknown unit, and keeps their values', async () => {
    const source = await aloha(join(folder(), 'one.hdf5'), { joints: 4, cameras: [] });
    const destination = join(folder(), 'set');
    await importInto(source, destination);
    const dataset = await openDataset(destination);
    expect(dataset.spec.joints[1]).toEqual({ name: 'joint_1', unit: 'raw' });
    expect((await dataset.read(0)).rows[2]?.state[3]).toBeCloseTo(3.02, 5);
    await dataset.close();
  });

  it('leaves a broken file out, says why, and imports the others', async () => {
    const source = folder();
    await aloha(join(source, 'episode_0.hdf5'), { cameras: [] });
    writeFileSync(join(source, 'episode_1.hdf5'), 'not HDF5');
    await aloha(join(source, 'episode_2.hdf5'), { cameras: [], joints: 6 });
    await aloha(join(source, 'episode_3.hdf5'), { cameras: [] });
    const destination = join(folder(), 'set');
    const result = await importInto(source, destination);
    expect(result).toMatchObject({ episodes: 2, skipped: 2 });
    const warnings = result.report.filter((line) => line.level === 'warning').map((line) => line.text);
    expect(warnings[0]).toMatch(/^episode_1\.hdf5 was left out: .*not a whole HDF5 file/);
    expect(warnings[1]).toMatch(/^episode_2\.hdf5 was left out: /);
    const dataset = await openDataset(destination);
    expect(dataset.list()).toHaveLength(2);
    await dataset.close();
  });
});

describe('importing robomimic files', () => {
  it('takes the state by alphabet, the object as environment, success from the reward and labels from masks', async () => {
    const source = await robomimic(join(folder(), 'lift.hdf5'));
    expect(await recognise(source)).toBe('robomimic-hdf5');
    const destination = join(folder(), 'set');
    await importInto(source, destination);
    const dataset = await openDataset(destination);
    expect(dataset.spec.joints.map((j) => j.name)).toEqual([
      'robot0_eef_pos_0',
      'robot0_eef_pos_1',
      'robot0_eef_pos_2',
      'robot0_gripper_qpos_0',
      'robot0_gripper_qpos_1',
    ]);
    expect(dataset.spec).toMatchObject({
      robot: 'Panda',
      fps: 20,
      environment: ['object_0', 'object_1', 'object_2', 'object_3'],
    });
    expect(dataset.spec.action?.map((a) => a.name)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `action_${i}`));
    expect(dataset.list().map((e) => [e.task, e.success, e.tags])).toEqual([
      ['Lift', true, ['train']],
      ['Lift', null, []],
    ]);
    const { rows } = await dataset.read(1);
    expect(rows[4]?.state[3]).toBeCloseTo(10.04, 4);
    expect(rows[4]?.action[6]).toBeCloseTo(7.04, 4);
    expect(rows[4]?.environment[2]).toBeCloseTo(22.04, 4);
    for (const [k, colour] of (await colours(dataset, 1, 'agentview')).entries())
      expect(off(colour, k)).toBeLessThan(8);
    await dataset.close();
  });
});

describe('importing a folder of CSV and video', () => {
  it('takes rate and joints from the columns, and copies a video whose frame k is row k', async () => {
    const made = join(folder(), 'made');
    await importInto(await aloha(join(folder(), 'one.hdf5'), { count: 20 }), made);
    const first = await openDataset(made);
    const { readFileSync } = await import('node:fs');
    const source = folder();
    writeFileSync(join(source, 'pick.csv'), csv(HEADER, 20, plainCell));
    writeFileSync(join(source, 'pick_front.mp4'), readFileSync(first.video(0, 'top').file));
    await first.close();

    const destination = join(folder(), 'set');
    const result = await importInto(source, destination);
    expect(result).toMatchObject({ kind: 'csv-folder', episodes: 1, frames: 20 });
    const dataset = await openDataset(destination);
    expect(dataset.spec).toMatchObject({ fps: 20, joints: [{ name: 'shoulder', unit: 'raw' }, { name: 'gripper' }] });
    const { rows } = await dataset.read(0);
    expect(rows[7]?.state[0]).toBeCloseTo(0.7, 6);
    expect(rows[7]?.action[1]).toBeCloseTo(1.2, 6);
    const pictures = await colours(dataset, 0, 'front');
    for (const [k, colour] of pictures.entries()) expect(off(colour, k)).toBeLessThan(8);
    await dataset.close();
  });

  it('encodes a video of another rate again: each row gets the picture of its time', async () => {
    const made = join(folder(), 'made');
    await importInto(await aloha(join(folder(), 'one.hdf5'), { count: 40 }), made, { fps: 40 });
    const first = await openDataset(made);
    const { copyFileSync } = await import('node:fs');
    const source = folder();
    // 40 frames in a second for 20 rows in a second.
    writeFileSync(join(source, 'pick.csv'), csv(HEADER, 20, plainCell));
    copyFileSync(first.video(0, 'top').file, join(source, 'pick.mp4'));
    await first.close();
    const destination = join(folder(), 'set');
    await importInto(source, destination);
    const dataset = await openDataset(destination);
    const pictures = await colours(dataset, 0, 'camera');
    expect(pictures).toHaveLength(20);
    for (const [k, colour] of pictures.entries()) expect(off(colour, 2 * k)).toBeLessThan(10);
    await dataset.close();
  });

  it('understands semicolons with decimal commas, units in brackets, tasks and verdicts', async () => {
    const source = folder();
    const header = ['Timestamp', 'observation.state.elbow [deg]', 'action.elbow [deg]', 'task', 'success', 'mood'];
    const cell = (k: number, column: string) =>
      column === 'Timestamp'
        ? String(k / 10).replace('.', ',')
        : column === 'task'
          ? 'wave'
          : column === 'success'
            ? k === 4
              ? 'yes'
              : ''
            : '90,5';
    writeFileSync(join(source, 'a.csv'), `\uFEFF${csv(header, 5, cell, ';')}\r\n`);
    const destination = join(folder(), 'set');
    const result = await importInto(source, destination);
    expect(result.report.map((line) => line.text).join()).toContain('mood');
    const dataset = await openDataset(destination);
    expect(dataset.spec.joints).toEqual([{ name: 'elbow', unit: 'rad' }]);
    expect(dataset.spec.fps).toBe(10);
    expect(dataset.list()[0]).toMatchObject({ task: 'wave', success: true });
    expect((await dataset.read(0)).rows[0]?.state[0]).toBeCloseTo((90.5 * Math.PI) / 180, 5);
    await dataset.close();
  });
});

describe('importing LeRobot folders', () => {
  it('copies our own dataset whole: rows, pictures, labels and names for life', async () => {
    const made = join(folder(), 'made');
    await importInto(await robomimic(join(folder(), 'lift.hdf5')), made);
    expect(await recognise(made)).toBe('lerobot-v3.0');
    const destination = join(folder(), 'set');
    const result = await importInto(made, destination);
    expect(result).toMatchObject({ kind: 'lerobot-v3.0', episodes: 2, frames: 24 });
    const [a, b] = [await openDataset(made), await openDataset(destination)];
    expect(b.spec).toEqual(a.spec);
    expect(b.list()).toEqual(a.list());
    expect((await b.read(1)).rows).toEqual((await a.read(1)).rows);
    expect(await colours(b, 1, 'agentview')).toEqual(await colours(a, 1, 'agentview'));
    await a.close();
    await b.close();
  });
});

describe('importing', () => {
  it('says what is understood when it meets something else', async () => {
    const source = folder();
    writeFileSync(join(source, 'notes.txt'), 'hello');
    await expect(recognise(source)).rejects.toMatchObject({
      kind: 'incompatible',
      tip: expect.stringContaining('LeRobot'),
    });
    await expect(recognise(join(source, 'notes.txt'))).rejects.toMatchObject({ kind: 'incompatible' });
    await expect(recognise(join(source, 'none'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('removes what was made when it is cancelled, and leaves the source alone', async () => {
    const source = folder();
    for (const n of [0, 1, 2]) await aloha(join(source, `episode_${n}.hdf5`));
    const destination = join(folder(), 'set');
    const stop = new AbortController();
    const report = ({ done }: { done: number }) => done > 1 && stop.abort();
    await expect(importInto(source, destination, {}, { report, signal: stop.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(existsSync(destination)).toBe(false);
    expect(readdirSync(source)).toHaveLength(3);
  });

  it('touches nothing when the destination already holds something', async () => {
    const source = await aloha(join(folder(), 'one.hdf5'), { cameras: [] });
    const destination = folder();
    writeFileSync(join(destination, 'thesis.txt'), 'precious');
    await expect(importInto(source, destination)).rejects.toMatchObject({ kind: 'bad-input' });
    expect(readdirSync(destination)).toEqual(['thesis.txt']);
    const set = join(folder(), 'set');
    await (
      await createDataset(set, {
        robot: 'r',
        joints: [{ name: 'j', unit: 'rad' }],
        environment: [],
        fps: 30,
        cameras: [],
      })
    ).close();
    const before = readdirSync(set);
    await expect(importInto(source, set)).rejects.toMatchObject({ kind: 'bad-input' });
    expect(readdirSync(set)).toEqual(before);
  });
});
