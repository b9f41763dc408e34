import type { TaskId } from '../../core/task';
import { detour } from './detour';
import { pickPlace } from './pick-place';
import { push } from './push';
import { reach } from './reach';
import { recall } from './recall';
import type { SimTask } from './task';

export const TASKS: Readonly<Record<TaskId, SimTask>> = { reach, push, 'pick-place': pickPlace, detour, recall };
