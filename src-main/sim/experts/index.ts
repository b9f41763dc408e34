import { Random } from '../../core/random';
import type { TaskId } from '../../core/task';
import { detour } from './detour';
import type { Expert, ExpertEyes, Strategy } from './expert';
import { Hand } from './hand';
import { pickPlace } from './pick-place';
import { push } from './push';
import { reach } from './reach';
import { recall } from './recall';

export type { Expert, ExpertEyes } from './expert';

const STRATEGIES: Readonly<Record<TaskId, Strategy>> = { reach, push, 'pick-place': pickPlace, detour, recall };

/** An expert for one demonstration: pace and tremble come from `random`, so the same seed drives the same way. */
export const createExpert = (task: TaskId, eyes: ExpertEyes, random: Random): Expert =>
  new Hand(task, eyes, STRATEGIES[task], new Random(random.below(2 ** 31)));
