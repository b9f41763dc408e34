import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, DatasetSpec, EpisodeDraft } from '../../core/episode';
import { nodeFiles } from '../../dataset/files';
import { muxMp4 } from '../../dataset/mp4';
import type { OpenWriter } from './writer';

/**
 * `episode_000000.csv` and `episode_000000_<camera>.mp4` for each episode, and `dataset.json`, which says the rate, the
 * robot and the units. Row k belongs to frame k of each video. `time` counts from the first row, seconds of true time.
 */
export const openCsv: OpenWriter = async (folder, spec) => {
  await mkdir(folder, { recursive: true });
  const header = csvHeader(spec);
  let episodes = 0;
  const put = (name: string, data: string | Uint8Array) =>
    nodeFiles.write(join(folder, name), typeof data === 'string' ? new TextEncoder().encode(data) : data);
  return {
    async add(draft) {
      const name = `episode_${String(episodes).padStart(6, '0')}`;
      await put(
        `${name}.csv`,
        `${[header, ...lines(draft)].map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`,
      );
      for (const [camera, video] of Object.entries(draft.videos)) {
        await put(`${name}_${camera}.mp4`, await muxMp4(video, spec.fps));
      }
      episodes++;
    },
    async finish() {
      const { robot, fps, joints, action = joints, cameras } = spec;
      const about = { format: 'understudy-csv', version: 1, robot, fps, episodes, joints, action, cameras };
      await put('dataset.json', `${JSON.stringify(about, null, 2)}\n`);
    },
  };
};

const unitOf = ({ name, unit }: Channel): string => (unit === 'raw' ? name : `${name} [${unit}]`);

/** One column a number; the unit in brackets, where it is known: what our own import reads (docs/importing.md). */
export function csvHeader({ joints, action = joints, environment }: DatasetSpec): string[] {
  return [
    'time [s]',
    ...joints.map((joint) => `state.${unitOf(joint)}`),
    ...action.map((channel) => `action.${unitOf(channel)}`),
    ...action.map((channel) => `asked.${unitOf(channel)}`),
    ...environment.map((name) => `environment.${name}`),
    'pilot',
    'intervention',
    'clamped',
    'task',
    'success',
  ];
}

function* lines({ rows, task, success }: EpisodeDraft): Generator<string[]> {
  const start = rows[0]?.t ?? 0;
  for (const row of rows) {
    const numbers = [row.t - start, ...row.state, ...row.action, ...row.asked, ...row.environment];
    const words = [row.pilot, String(row.intervention), row.clamped, task, success === null ? '' : String(success)];
    yield [...numbers.map(figure), ...words];
  }
}

/** Nine digits: more than the recording's own precision, without the noise behind it. */
const figure = (value: number): string => String(Number(value.toPrecision(9)));

/** RFC 4180. */
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
