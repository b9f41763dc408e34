import type { PolicySpec } from '../core/policy';
import type { TaskId } from '../core/task';
import { PolicyPilot } from '../learner/policy-pilot';
import type { Act } from '../learner/rl/explore';
import type { Ground, Rollout } from '../learner/rl/ground';
import { EpisodeRecorder } from '../recorder/recorder';
import { openLaboratory } from './laboratory';
import { RECORD_FPS } from './library';
import { virtualPump } from './pump';
import { runTrial } from './trial';

/**
 * The simulated robot as a place to practise: the whole chain of the live app (pilot, loop, clamp, driver, virtual
 * servos, physics, recorder) on virtual time, so that what is learnt here holds there. The live robot is not involved.
 */
export async function openPracticeGround(task: TaskId): Promise<Ground> {
  const { rig, clock } = await openLaboratory(task);
  const recorder = new EpisodeRecorder({ fps: RECORD_FPS, clock });
  const off = rig.loop.onTick((tick) => recorder.onTick(tick));
  return {
    async tryOut(spec: PolicySpec, act: Act, start: number): Promise<Rollout> {
      let broken: { error: unknown } | null = null;
      const onFault = (error: unknown): void => {
        broken ??= { error };
      };
      const pilot = new PolicyPilot({ spec, act, onFault });
      const settle = async (): Promise<void> => {
        await pilot.idle();
        if (broken) throw broken.error;
      };
      const prompt = rig.task?.prompt ?? '';
      try {
        const { success } = await runTrial({
          rig,
          pump: virtualPump(rig.loop, clock, settle),
          pilot,
          kind: 'policy',
          seed: start,
          onStart: () => recorder.start({ task: prompt, cameras: [], port: null }),
        });
        const { rows } = await recorder.finish();
        return { start, success, rows, task: prompt };
      } catch (error) {
        recorder.abort();
        throw error;
      }
    },
    async close() {
      off();
      await rig.close();
    },
  };
}
