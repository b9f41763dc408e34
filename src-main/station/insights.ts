import { type FaultError, fault, revive } from '../core/fault';
import { type FromInsight, fromInsightSchema, type Insight, type InsightList, type ToInsight } from '../core/insight';
import { parseMessage } from '../core/learner-messages';
import type { ChildProcessPort } from '../core/learning';

export type InsightPort = ChildProcessPort<ToInsight, FromInsight>;
type Answer = Exclude<FromInsight, { type: 'failed' }>;
type Question = ToInsight extends infer T ? (T extends { id: number } ? Omit<T, 'id'> : never) : never;

/** What a comparison is about: folders; `dataset` null = the one the policy was trained on. */
export interface About {
  readonly policy: string;
  readonly dataset: string | null;
}

/** The owner's side of the insight process: started by the first question, ended by `close`. */
export class Insights {
  #port: InsightPort | null = null;
  #next = 1;
  readonly #pending = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>();

  constructor(private readonly spawn: () => InsightPort) {}

  async episodes({ policy, dataset }: About): Promise<InsightList> {
    const answer = await this.#ask({ type: 'episodes', policy, dataset });
    if (answer.type === 'episodes') return answer.list;
    throw unexpected(answer);
  }

  /** Rejects with `cancelled` when another comparison is asked for before this one is done. */
  async compare({ policy, dataset }: About, episode: number): Promise<Insight> {
    const answer = await this.#ask({ type: 'compare', policy, dataset, episode });
    if (answer.type === 'insight') return answer.insight;
    throw unexpected(answer);
  }

  /** Ends the process and with it what is under way. */
  close(): void {
    const port = this.#port;
    this.#port = null;
    this.#rejectAll(fault('cancelled', 'The comparison was closed', 'Open it again.'));
    port?.kill();
  }

  #ask(question: Question): Promise<Answer> {
    const port = this.#port ?? this.#start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      port.send({ ...question, id });
    });
  }

  #start(): InsightPort {
    const port = this.spawn();
    this.#port = port;
    port.onMessage((data) => {
      if (port === this.#port) this.#heard(data);
    });
    port.onExit((code) => {
      if (port !== this.#port) return;
      this.#port = null;
      this.#rejectAll(
        fault(
          'child-died',
          `The comparison ended by itself${code === null ? '' : ` (code ${code})`}`,
          'Try again; with little memory, choose a shorter demonstration.',
        ),
      );
    });
    return port;
  }

  #heard(data: unknown): void {
    try {
      const message = parseMessage(fromInsightSchema, data, 'insight process');
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.type === 'failed') pending?.reject(revive(message.fault));
      else pending?.resolve(message);
    } catch (error) {
      this.#rejectAll(error);
    }
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

const unexpected = ({ type }: Answer): FaultError =>
  fault('internal', `The insight process answered "${type}" to another question`, 'Open the panel again.');
