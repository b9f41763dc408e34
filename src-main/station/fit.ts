import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';
import type { Rig } from './rig';

/** Whether what this robot does can be recorded into a dataset. Any dataset may be looked at and learned from. */
export function assertFits(dataset: Pick<Dataset, 'spec'>, rig: Rig): void {
  const wanted = rig.robot.spec.joints.map((joint) => joint.name).join(', ');
  const found = dataset.spec.joints.map((joint) => joint.name).join(', ');
  if (wanted !== found) {
    throw fault(
      'incompatible',
      `This dataset is of another robot: its joints are ${found}`,
      'Open a dataset of this robot, or create a new one.',
    );
  }
  const values = (rig.task?.environment ?? []).join(', ');
  const stored = dataset.spec.environment.join(', ');
  if (values !== stored) {
    throw fault(
      'incompatible',
      `This dataset is of another task: it stores ${stored || 'no task state'}, this task has ${values || 'none'}`,
      'Choose the matching task on the Setup screen, or create a new dataset.',
    );
  }
  assertUnits(dataset);
}

export function fits(dataset: Pick<Dataset, 'spec'>, rig: Rig): boolean {
  try {
    assertFits(dataset, rig);
    return true;
  } catch {
    return false;
  }
}

/** Joints of the same names may be stored in units that nobody knows: ours would be other numbers. */
function assertUnits({ spec }: Pick<Dataset, 'spec'>): void {
  if (!spec.action && spec.joints.every((joint) => joint.unit !== 'raw')) return;
  throw fault(
    'incompatible',
    'This dataset was recorded by another program, in units that are not written in it',
    'Create a new dataset on the Demos screen and record into that.',
  );
}
