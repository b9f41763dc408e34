import type { DriveState } from '../../src-main/core/state';

/** Who holds the stick, in words that cannot be mistaken. */
export const SEATS: Readonly<Record<DriveState['seat'], { readonly title: string; readonly detail: string }>> = {
  hold: { title: 'Nobody drives', detail: 'The arm holds still' },
  person: { title: 'You drive', detail: 'The stick is yours' },
  policy: { title: 'Policy drives', detail: 'Touch the stick to take over' },
  expert: { title: 'Expert drives', detail: 'A script shows the task' },
  replay: { title: 'Replay drives', detail: 'Touch the stick to take over' },
  stopped: { title: 'Stopped', detail: 'Re-arm to go on' },
};
