import type { TaskId } from '../../core/task';
import { pickPlace } from './pick-place';
import { push } from './push';
import { reach } from './reach';
import type { SimTask } from './task';

export const TASKS: Readonly<Record<TaskId, SimTask>> = { reach, push, 'pick-place': pickPlace };
