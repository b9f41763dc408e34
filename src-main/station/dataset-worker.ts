import { COACH_WORKS } from '../coach/works';
import { serveHost } from '../dataset/host';
import type { AnyWork } from '../dataset/host-work';
import { openParentPort } from '../learner/parent-port';

/** The dataset process's entry: all heavy work on datasets that the app can ask for. Add yours to the list. */
export const WORKS: readonly AnyWork[] = [...COACH_WORKS];

serveHost(openParentPort(), WORKS);
