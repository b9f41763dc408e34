import type { Calls } from '../core/contract';
import { openDatasetOf } from './dataset-calls';
import { methodList } from './method-list';
import { simulatedTask } from './simulated-task';
import type { Station } from './station';

/** The calls of the Train screen. */
export function trainCalls(station: Station): Pick<Calls, Extract<keyof Calls, `train.${string}`>> {
  const { training, library } = station;
  return {
    'train.methods': async () => methodList(),
    'train.task': async () => (library.dataset ? simulatedTask(library.dataset) : null),
    'train.start': async (choice) => {
      // The demonstration that was kept a moment ago counts, too.
      await library.settle();
      return { id: await training.start(openDatasetOf(station), choice) };
    },
    'train.cancel': async () => training.cancel(),
    'train.pause': async () => training.pause(),
    'train.resume': async () => training.resume(),
    'train.move': async ({ id, to }) => training.move(id, to),
    'train.runs': async () => training.runs.list(),
    'train.run': async ({ id }) => training.runs.get(id),
    'train.again': async ({ id }) => ({ id: training.again(id) }),
    'train.goOn': async ({ id }) => training.goOn(id),
    'train.remove': ({ id }) => training.remove(id),
  };
}
