import type { EpisodeInfo } from '../../../src-main/core/episode';
import { FaultError } from '../../../src-main/core/fault';
import type { Insight, InsightList, Look } from '../../../src-main/core/insight';
import { rowsOf } from './episodes';
import { spec } from './robot';

/** A pretended comparison: the policy lags a little and shakes; `p1` has lost its dataset. Development only. */

export function insightList(policy: string, list: readonly EpisodeInfo[]): InsightList {
  if (policy === 'p1') {
    throw new FaultError(
      'not-found',
      'The dataset it was trained on is gone: it was in /data/old',
      'Open a dataset of the same robot on the Demos screen and compare it with that one.',
    );
  }
  const use = (index: number) => (index % 7 === 2 ? ('held-out' as const) : ('trained-on' as const));
  const episodes = list.map(({ index, task, success, duration }) => ({
    index,
    task,
    success,
    duration,
    use: use(index),
  }));
  episodes.sort((a, b) => a.use.localeCompare(b.use) || a.index - b.index);
  return { dataset: '~/Understudy/cube-in-tray', episodes, notice: null };
}

export async function insightOf(policy: string, list: readonly EpisodeInfo[], episode: number): Promise<Insight> {
  await new Promise((done) => setTimeout(done, 400));
  const rows = rowsOf(list.find(({ index }) => index === episode) as EpisodeInfo);
  const time = rows.map(({ t }) => t - (rows[0]?.t ?? 0));
  const demonstrated = spec.joints.map((_, j) => rows.map(({ action }) => action[j] ?? 0));
  const predicted = demonstrated.map((line, j) =>
    line.map((v, k) => v + 0.012 * (j + 1) * Math.sin(k / 9 + j) + (j === 3 && k > 80 && k < 130 ? 0.2 : 0)),
  );
  const errors = demonstrated.map(
    (line, j) => line.reduce((sum, v, k) => sum + Math.abs(v - (predicted[j]?.[k] ?? 0)), 0) / line.length,
  );
  const channels = spec.joints.map(({ name, unit }) => ({ name, unit }));
  const rate = (time.at(-1) ?? 1) / 7;
  const looks = policy === 'p3' ? Array.from({ length: 8 }, (_, i) => look(i, i * rate, channels.length)) : [];
  return { episode, channels, time, demonstrated, predicted, errors, looks, blind: null };
}

function look(n: number, time: number, channels: number): Look {
  const [width, height, columns, rows] = [96, 72, 24, 18];
  const at = [20 + n * 8, 50 - n * 4] as const;
  const near = (x: number, y: number, cx: number, cy: number, r: number) =>
    Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / r);
  const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 60 + y + (i % 3 === 0 ? 120 : 10) * near(x, y, at[0], at[1], 40);
  });
  const map = (shift: number) =>
    Float32Array.from({ length: columns * rows }, (_, i) =>
      near((i % columns) * 4, Math.floor(i / columns) * 4, at[0] + shift * 9, at[1], 160),
    );
  const maps = Array.from({ length: channels }, (_, c) => map(c));
  return {
    camera: 'front',
    row: Math.round(time * 30),
    time,
    width,
    height,
    picture,
    columns,
    rows,
    map: map(0),
    maps,
  };
}
