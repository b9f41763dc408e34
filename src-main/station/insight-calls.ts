import type { Calls } from '../core/contract';
import { fault } from '../core/fault';
import { listCheckpoints } from '../learner/checkpoint';
import type { About } from './insights';
import type { Station } from './station';

/** The calls of "What it learned". */
export function insightCalls(station: Station): Pick<Calls, Extract<keyof Calls, `insight.${string}`>> {
  const { insights, library } = station;
  const about = async (id: string, which: 'own' | 'open'): Promise<About> => {
    const found = (await listCheckpoints(library.policiesFolder)).find((entry) => entry.id === id);
    if (!found) throw fault('not-found', `There is no policy "${id}"`, 'Choose one from the list, or train one.');
    if (which === 'open' && !library.dataset)
      throw fault('not-found', 'No dataset is open', 'Open one on the Demos screen.');
    // Its process reads the files: what was kept a moment ago must be in them.
    await library.settle();
    return { policy: found.folder, dataset: which === 'open' ? (library.dataset?.folder ?? null) : null };
  };
  return {
    'insight.episodes': async ({ policy, dataset }) => insights.episodes(await about(policy, dataset)),
    'insight.compare': async ({ policy, dataset, episode }) => insights.compare(await about(policy, dataset), episode),
    'insight.close': async () => insights.close(),
  };
}
