import type { Calls } from '../core/contract';
import { fault } from '../core/fault';
import { openDatasetOf } from './dataset-calls';
import type { Station } from './station';

/** Running a recorded episode again. */
export function replayCalls(station: Station): Pick<Calls, Extract<keyof Calls, `replay.${string}`>> {
  const { replay, recording, runs } = station;
  return {
    'replay.start': async ({ index, speed }) => {
      if (runs.running) throw fault('busy', 'A series of runs is under way', 'Stop it first.');
      if (recording.phase !== 'idle') throw fault('busy', 'A take is under way', 'Keep or discard it first.');
      await replay.start(station.rig, openDatasetOf(station), index, speed);
    },
    'replay.stop': () => replay.stop(),
  };
}
