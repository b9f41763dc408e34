import type { EpisodeInfo, EpisodeRow } from '../../../src-main/core/episode';
import type { DatasetQuality, EpisodeQuality, QualityReason } from '../../../src-main/core/quality';
import { joints, PROMPT } from './robot';

/** The same made-up number between 0 and 1 for the same two whole numbers. */
const made = (n: number, salt: number): number => {
  const x = Math.sin(n * 127.1 + salt * 311.7) * 43758.5453;
  return x - Math.floor(x);
};
const TASKS = [PROMPT, 'push the cube onto the target', 'touch the target with the gripper'];
const TAGS = ['slow', 'left-side', 'retry', 'new light'];
const FPS = 30;

function episode(index: number): EpisodeInfo {
  const length = 150 + Math.floor(made(index, 1) * 240);
  const policy = made(index, 2) > 0.88;
  return {
    index,
    id: `e-${index}`,
    task: TASKS[index > 60 && made(index, 3) > 0.7 ? 1 + (index % 2) : 0] ?? PROMPT,
    success: made(index, 4) > 0.9 ? false : made(index, 4) < 0.06 ? null : true,
    tags: TAGS.filter((_, t) => made(index, 10 + t) > 0.86),
    recorded: new Date(Date.UTC(2026, 10, 20, 9) + index * 47_000).toISOString(),
    length,
    duration: length / FPS,
    pilots: policy ? ['policy', 'person'] : index % 17 === 3 ? ['expert'] : ['person'],
    interventions: policy ? 1 + Math.floor(made(index, 5) * 3) : 0,
    cameras: ['front', 'wrist'],
  };
}

export const someEpisodes = (n: number): EpisodeInfo[] => Array.from({ length: n }, (_, i) => episode(i));

export function rowsOf({ index, length, interventions }: EpisodeInfo): EpisodeRow[] {
  const idle = idleRows(index);
  return Array.from({ length }, (_, k) => {
    const t = (Math.max(0, k - idle) + index * 40) / FPS;
    const taken = interventions > 0 && k > length * 0.4 && k < length * 0.62;
    return {
      t: 1000 + index * 47 + k / FPS + 0.0004 * made(k, index),
      state: joints(t),
      action: joints(k < idle ? t : t + 0.12),
      asked: joints(k < idle ? t : t + 0.2),
      environment: [0.22 + 0.02 * Math.sin(index), 0.02 * Math.cos(index), 0.0125],
      pilot: interventions > 0 && !taken ? 'policy' : index % 17 === 3 ? 'expert' : 'person',
      intervention: taken,
      clamped: k > length * 0.7 && k < length * 0.75 ? 'speed:2' : '',
    };
  });
}

const idleRows = (index: number): number => (made(index, 6) > 0.6 ? 20 + Math.floor(made(index, 7) * 50) : 0);

export function qualityOf(list: readonly EpisodeInfo[]): DatasetQuality {
  const judged = list.map((e): EpisodeQuality => {
    const index = Number(/\d+/.exec(e.id)?.[0] ?? 0);
    const idle = idleRows(index);
    const reasons: QualityReason[] = [];
    if (idle > 0)
      reasons.push({
        kind: 'idle',
        cost: Math.round(idle / 2),
        message: `It stands still for the first ${(idle / FPS).toFixed(1)} s`,
        tip: 'Cut the start.',
        rows: [0, idle],
      });
    if (made(index, 8) > 0.8)
      reasons.push({ kind: 'jerk', cost: 22, message: 'The motion trembles', tip: 'Drive it again, more calmly.' });
    if (e.success === null)
      reasons.push({ kind: 'label', cost: 8, message: 'Nobody said whether it worked', tip: 'Judge it.' });
    return {
      id: e.id,
      score: Math.max(0, 100 - reasons.reduce((sum, r) => sum + r.cost, 0)),
      reasons,
      figures: { seconds: e.duration, idleShare: idle / e.length, smoothness: -2.1, clipped: 0.05, lag: 0.12 },
    };
  });
  const spots = list.map((e, i) => ({ id: e.id, at: [0.18 + 0.06 * made(i, 20), -0.1 + 0.13 * made(i, 21)] }));
  return {
    episodes: judged,
    advice: [
      {
        title: 'Start more often on the right',
        text: 'Only two takes begin with the cube right of the arm; a policy is unsure where it has seen little.',
        episodes: list.slice(2, 4).map((e) => e.id),
      },
      {
        title: 'Judge what is not judged',
        text: 'Unjudged takes are learned from as successes.',
        episodes: list.filter((e) => e.success === null).map((e) => e.id),
      },
    ],
    coverage: {
      axes: ['cube.x', 'cube.y'],
      points: spots.slice(0, 400),
      gaps: [
        [0.23, 0.05],
        [0.19, -0.12],
      ],
    },
    pending: 0,
  };
}
