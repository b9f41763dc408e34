import { toFault } from '../core/fault';
import { type FromHost, type ToHost, toHostSchema } from './host-messages';
import { DATASET_WORKS } from './host-ops';
import { HostedSets } from './host-sets';
import type { AnyWork, Report } from './host-work';
import { finaliseWork } from './journal/finalise';

/** The process's way back to its owner. */
export interface HostPort {
  send(message: FromHost): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Serves calls until the port goes away. Calls overlap where they wait; a dataset's changes queue in the dataset. */
export function serveHost(port: HostPort, works: readonly AnyWork[]): void {
  const sets = new HostedSets((set, change) => port.send({ type: 'content', set, change }));
  const known = new Map([...DATASET_WORKS, finaliseWork, ...sets.works, ...works].map((work) => [work.name, work]));
  const running = new Map<number, AbortController>();

  const answer = async ({ id, set, name, params }: Extract<ToHost, { type: 'call' }>): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    const report: Report = (progress) => port.send({ type: 'progress', id, progress });
    try {
      const work = known.get(name);
      if (!work) throw new Error(`the dataset process knows no work called ${name}`);
      const value = await sets.use(set, (dataset) => work.call(dataset, params, report, abort.signal));
      port.send({ type: 'done', id, value });
    } catch (error) {
      port.send({ type: 'failed', id, fault: toFault(error) });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((data) => {
    const message = toHostSchema.parse(data);
    if (message.type === 'cancel') running.get(message.id)?.abort();
    else void answer(message);
  });
}
