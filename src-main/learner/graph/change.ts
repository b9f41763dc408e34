import { applyAdam, findAdam } from './adam';
import { type Edge, edge, type GraphNode, inOrder, makeNode, specOf } from './nodes';
import { rewrite } from './rewrite';
import { assign, readAfter, type StateNodes } from './state';

export interface Change {
  /** All of them must run in a step. */
  readonly writes: readonly GraphNode[];
  readonly outputs: readonly Edge[];
}

/**
 * Writes the state's next values into its variables: each when the old value has been read, and none that stays as it is.
 * AdamW becomes one operation.
 */
export function changeState({ handles, reads }: StateNodes, outputs: readonly Edge[], next: readonly Edge[]): Change {
  const handle = (i: number): GraphNode => handles[i] as GraphNode;
  const old = reads.map((node) => edge(node));
  const adam = findAdam(next, old);
  const byAdam = adam ? [adam.weights, adam.m, adam.v] : [];
  const rest = next.flatMap((value, i) => (byAdam.includes(i) || value.node === reads[i] ? [] : [{ i, value }]));
  const wanted = [...outputs, ...rest.map(({ value }) => value)];
  const needs = adam ? [adam.gradient, adam.keep, adam.size, adam.epsilon, old[adam.weights] as Edge] : [];

  // What else needs the new weights reads them from the variable afterwards.
  const weights = adam ? next[adam.weights] : undefined;
  const instead = (by: Edge): Edge[] => (weights ? rewrite(wanted, new Map([[weights.node, by]])) : wanted);
  const gap = makeNode('Gap', [], {}, weights ? [specOf(weights)] : []);
  const reached = new Set(inOrder([...instead(edge(gap)), ...needs].map(({ node }) => node)));
  const read = (...which: readonly number[]): GraphNode[] =>
    which.map((i) => reads[i] as GraphNode).filter((node) => reached.has(node));

  const writes: GraphNode[] = [];
  let values = wanted;
  if (adam && weights) {
    const applied = applyAdam(adam, handles, old[adam.weights] as Edge, read(...byAdam));
    writes.push(applied);
    values = instead(readAfter(handle(adam.weights), specOf(weights), [applied]));
  }
  for (const [k, { i }] of rest.entries()) {
    writes.push(assign(handle(i), values[outputs.length + k] as Edge, read(i)));
  }
  return { writes, outputs: values.slice(0, outputs.length) };
}
