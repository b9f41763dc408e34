import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault, toFault } from '../../core/fault';
import type { Binding, FeedArray } from './native';
import { type GraphNode, inOrder, type ValueSpec } from './nodes';
import { encodeSavedModel, TAG } from './saved-model';

export interface Feed {
  readonly spec: ValueSpec;
  readonly values: FeedArray;
}

/** What one call feeds and fetches, by the names of named nodes. */
export interface Call {
  readonly feeds: readonly { readonly name: string; readonly spec: ValueSpec }[];
  readonly fetches: readonly string[];
}

/**
 * A graph with the variables in it, open in TensorFlow. tfjs-node has no call that takes a graph, but one that opens a
 * SavedModel from a folder; ours has neither signatures nor saved variables, and is gone again when it is open.
 */
export class GraphSession {
  readonly #session: number;
  #open = true;

  /** @param targets the nodes to keep, with all they need */
  constructor(
    readonly binding: Binding,
    targets: readonly GraphNode[],
  ) {
    const nodes = inOrder(targets);
    const names = new Map(nodes.map((node, i) => [node, node.name ?? `n${i}_${node.op}`]));
    const folder = mkdtempSync(join(tmpdir(), 'understudy-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes, names));
      const keep = process.env.UNDERSTUDY_GRAPHS;
      if (keep) copyFileSync(join(folder, 'saved_model.pb'), join(keep, `graph-${Date.now()}.pb`));
      this.#session = binding.loadSavedModel(folder, TAG);
    } catch (error) {
      throw refused('TensorFlow does not take the compiled graph', error);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs a call to its end on this thread. Values in the order of the feeds; what comes back in that of the fetches. */
  run(call: Call, values: readonly FeedArray[]): FeedArray[] {
    const { binding } = this;
    const feeds: number[] = [];
    try {
      for (const [i, { spec }] of call.feeds.entries()) {
        feeds.push(binding.createTensor(spec.shape, spec.dtype, values[i] as FeedArray));
      }
      const names = call.feeds.map(({ name }) => `${name}:0`).join(',');
      const fetched = binding.runSavedModel(
        this.#session,
        feeds,
        names,
        call.fetches.map((name) => `${name}:0`).join(','),
      );
      return fetched.map(({ id }) => {
        const data = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return data;
      });
    } catch (error) {
      throw refused('TensorFlow could not run the compiled graph', error);
    } finally {
      for (const id of feeds) binding.deleteTensor(id);
    }
  }

  /** Frees the variables too. Idempotent. */
  close(): void {
    if (this.#open) this.binding.deleteSavedModel(this.#session);
    this.#open = false;
  }
}

function refused(what: string, error: unknown) {
  const why = toFault(error).message.split('\n')[0];
  return fault('incompatible', `${what}: ${why}`, 'Train with `compile` off, and please report this.', error);
}
