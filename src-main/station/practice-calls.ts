import type { Calls } from '../core/contract';
import { fault } from '../core/fault';
import { listCheckpoints } from '../learner/checkpoint';
import type { Station } from './station';

type PracticeCall = Extract<keyof Calls, `practice.${string}`>;

/** The calls that improve a policy by its own practice or its scored trials. */
export function practiceCalls(station: Station): Pick<Calls, PracticeCall> {
  const { practice, library } = station;
  return {
    'practice.start': async (choice) => {
      const found = (await listCheckpoints(library.policiesFolder)).find((entry) => entry.id === choice.policy);
      if (!found) {
        throw fault('not-found', `There is no policy "${choice.policy}"`, 'Choose one from the list, or train one.');
      }
      // Its process reads the files: what was kept a moment ago must be in them.
      await library.settle();
      const setting = { task: station.openTask, dataset: library.dataset?.folder ?? null };
      practice.start(choice, found, setting, (error) => {
        if (error) station.failed(error);
        station.events.emit({ name: 'changed', data: { what: 'policies' } });
      });
    },
    'practice.stop': async () => practice.stop(),
    'practice.dismiss': async () => practice.dismiss(),
  };
}
