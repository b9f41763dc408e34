import { VirtualClock } from '../../src-main/core/clock';
import type { DatasetSpec, Episode, EpisodeRow } from '../../src-main/core/episode';
import { Random } from '../../src-main/core/random';
import type { TaskId } from '../../src-main/core/task';
import { EpisodeRecorder } from '../../src-main/recorder/recorder';
import { ExpertPilot } from '../../src-main/station/expert-pilot';
import { virtualPump } from '../../src-main/station/pump';
import { openRig } from '../../src-main/station/rig';
import { runTrial } from '../../src-main/station/trial';

export interface Takes {
  readonly spec: DatasetSpec;
  readonly episodes: readonly Episode[];
}

/** Successful demonstrations of the scripted expert in simulation, made on the spot and the same every time. */
export async function expertTakes(task: TaskId, wanted: number, seed = 1): Promise<Takes> {
  const clock = new VirtualClock();
  const rig = await openRig({ kind: 'so101-sim', task }, { clock, rate: 60 });
  const { world } = rig;
  if (!world) throw new Error('no world');
  const recorder = new EpisodeRecorder({ fps: 30, clock });
  rig.loop.onTick((tick) => recorder.onTick(tick));
  const spec: DatasetSpec = {
    robot: rig.robot.spec.kind,
    joints: rig.robot.spec.joints.map(({ name, unit }) => ({ name, unit })),
    environment: world.task.environment,
    fps: 30,
    cameras: [],
  };
  const episodes: Episode[] = [];
  try {
    for (let k = seed * 1000; episodes.length < wanted && k < seed * 1000 + 3 * wanted; k++) {
      const { success } = await runTrial({
        rig,
        pump: virtualPump(rig.loop, clock),
        pilot: new ExpertPilot(rig.profile, world, new Random(k)),
        kind: 'expert',
        seed: k,
        onStart: () => recorder.start({ task: world.task.prompt, cameras: [], port: null }),
      });
      if (!success) {
        recorder.abort();
        continue;
      }
      const { rows } = await recorder.finish();
      episodes.push(episodeOf(rows, { index: episodes.length, id: `take-${k}`, task: world.task.prompt }));
    }
  } finally {
    await rig.close();
  }
  return { spec, episodes };
}

/** Rows as an episode of a dataset at 30 rows a second. */
export function episodeOf(rows: readonly EpisodeRow[], change: Partial<Episode> = {}): Episode {
  return {
    index: 0,
    id: 'take',
    task: 'task',
    success: true,
    tags: [],
    recorded: null,
    length: rows.length,
    duration: rows.length / 30,
    pilots: ['expert'],
    interventions: 0,
    cameras: [],
    ...change,
    rows,
  };
}
