import { type Edge, edge, type GraphNode, inOrder } from './nodes';
import { RULES, sliceOf } from './rules';

/**
 * The same values from fewer or faster operations: `RULES` are tried on every node that `edges` need, first those it
 * depends on. `known` says what to put in place of some nodes.
 */
export function rewrite(edges: readonly Edge[], known: ReadonlyMap<GraphNode, Edge> = new Map()): Edge[] {
  const now = new Map<GraphNode, Edge>(known);
  const slices = new Map<GraphNode, (Edge | null)[]>();
  const follow = (from: Edge): Edge => {
    const to = now.get(from.node) ?? from;
    if (from.node.outputs.length === 1) return to;
    const made = slices.get(to.node) ?? [];
    slices.set(to.node, made);
    made[from.output] ??= sliceOf(to.node, from.output);
    return made[from.output] ?? edge(to.node, from.output);
  };
  for (const node of inOrder(edges.map((from) => from.node))) {
    if (now.has(node)) continue;
    const inputs = node.inputs.map(follow);
    const moved = inputs.some((input, i) => input.node !== node.inputs[i]?.node);
    now.set(node, improve(edge(moved ? { ...node, inputs } : node)));
  }
  return edges.map(follow);
}

function improve(from: Edge): Edge {
  // A name is a promise to the outside, and several outputs are more than a rule can replace.
  if (from.node.name || from.node.outputs.length !== 1) return from;
  for (const rule of RULES) {
    const better = rule(from.node);
    if (better) return improve(better);
  }
  return from;
}
