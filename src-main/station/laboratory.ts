import { VirtualClock } from '../core/clock';
import type { Dataset, EpisodeDraft } from '../core/episode';
import { fault } from '../core/fault';
import { Random } from '../core/random';
import type { TaskId } from '../core/task';
import { createDataset, isDataset, openDataset } from '../dataset/dataset';
import type { PolicyPilot } from '../learner/policy-pilot';
import { EpisodeRecorder } from '../recorder/recorder';
import { ExpertPilot } from './expert-pilot';
import { RECORD_FPS } from './library';
import { virtualPump } from './pump';
import { openRig, type Rig } from './rig';
import { EVALUATION_SEEDS } from './runs';
import { runTrial, type TrialResult } from './trial';

/** Robot time without a wall clock: records and evaluates as fast as the processor allows, the same way every time. */
export async function openLaboratory(task: TaskId, rate = 60): Promise<{ rig: Rig; clock: VirtualClock }> {
  const clock = new VirtualClock();
  return { rig: await openRig({ kind: 'so101-sim', task }, { clock, rate }), clock };
}

/** Opens the dataset of this task in a folder, or creates it: proprioception and task state, no cameras. */
export async function laboratoryDataset(folder: string, rig: Rig): Promise<Dataset> {
  if (await isDataset(folder)) return openDataset(folder);
  return createDataset(folder, {
    robot: rig.robot.spec.kind,
    joints: rig.robot.spec.joints.map(({ name, unit }) => ({ name, unit })),
    environment: rig.task?.environment ?? [],
    fps: RECORD_FPS,
    cameras: [],
  });
}

export interface RecordOptions {
  readonly task: TaskId;
  readonly folder: string;
  readonly episodes: number;
  readonly seed: number;
  readonly onEpisode?: (done: number, attempts: number) => void;
}

/** The scripted expert teleoperates and records `episodes` successful demonstrations. */
export async function recordDemonstrations(options: RecordOptions): Promise<{ attempts: number; frames: number }> {
  const { rig, clock } = await openLaboratory(options.task);
  const { world } = rig;
  if (!world) throw fault('internal', 'The laboratory has no world', 'Please report this.');
  const dataset = await laboratoryDataset(options.folder, rig);
  const recorder = new EpisodeRecorder({ fps: RECORD_FPS, clock });
  const off = rig.loop.onTick((tick) => recorder.onTick(tick));
  let attempts = 0;
  let frames = 0;
  try {
    for (let done = 0; done < options.episodes; attempts++) {
      if (attempts >= options.episodes * 3) {
        throw fault('internal', `The expert failed ${attempts - done} of ${attempts} times`, 'Try another seed.');
      }
      const seed = options.seed * 1000 + attempts + 1;
      const { success } = await runTrial({
        rig,
        pump: virtualPump(rig.loop, clock),
        pilot: new ExpertPilot(rig.profile, world, new Random(seed)),
        kind: 'expert',
        seed,
        onStart: () => recorder.start({ task: world.task.prompt, cameras: [], port: null }),
      });
      if (!success) {
        recorder.abort();
        continue;
      }
      const take: EpisodeDraft = await recorder.finish();
      await dataset.add({ ...take, success: true });
      frames += take.rows.length;
      done++;
      options.onEpisode?.(done, attempts + 1);
    }
  } finally {
    off();
    await dataset.close();
    await rig.close();
  }
  return { attempts, frames };
}

/** Scored rollouts from starts no demonstration had. The pilot gets the compute time it needs; the world waits. */
export async function evaluatePolicy(options: {
  readonly task: TaskId;
  readonly pilot: PolicyPilot;
  readonly trials: number;
  readonly seed: number;
  readonly onTrial?: (result: TrialResult, done: number) => void;
}): Promise<TrialResult[]> {
  const { rig, clock } = await openLaboratory(options.task);
  const pump = virtualPump(rig.loop, clock, () => options.pilot.idle());
  const results: TrialResult[] = [];
  try {
    for (let i = 0; i < options.trials; i++) {
      const seed = EVALUATION_SEEDS + options.seed * 1000 + i;
      const result = await runTrial({ rig, pump, pilot: options.pilot, kind: 'policy', seed });
      results.push(result);
      options.onTrial?.(result, i + 1);
    }
  } finally {
    await rig.close();
  }
  return results;
}
