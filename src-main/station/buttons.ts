import type { Button } from '../core/pilot';
import type { Station } from './station';

/**
 * What a button on any input device does at the workplace. Taking over, and handing back to whom one took over from,
 * is the seat's own business (control/seat.ts), as is stopping while it listens.
 */
export async function pressed(station: Station, button: Button): Promise<void> {
  const { recording, rig } = station;
  switch (button) {
    case 'record':
      if (recording.phase === 'idle') return recording.start();
      return recording.phase === 'review' ? recording.keep({}) : recording.finish();
    case 'keep':
      return recording.phase === 'review' ? recording.keep({}) : undefined;
    case 'discard':
      return recording.phase === 'idle' ? undefined : recording.discard();
    case 'redo':
      return recording.phase === 'idle' ? undefined : recording.redo();
    case 'success':
    case 'failure':
      return recording.mark(button === 'success');
    case 'reset':
      if (recording.phase !== 'recording') await rig.reset();
      return;
    case 'hand-over':
      return rig.seat.intervention ? undefined : station.handOver();
    case 'stop':
      return rig.loop.stop('The stop button was pressed');
    case 'take-over':
      return;
  }
}
