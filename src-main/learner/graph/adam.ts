import { constantOf, same, sides } from './match';
import {
  type Edge,
  edge,
  FLOAT,
  floatConstant,
  type GraphNode,
  int32s,
  makeNode,
  specOf,
  typeAttribute,
} from './nodes';
import { assign } from './state';

/**
 * AdamW on a flat vector, as step.ts writes it, found among the next values of the state:
 *
 *   m' = m·β1 + g·(1−β1)     v' = v·β2 + g²·(1−β2)     w' = w·keep − m' / (√v' + ε) · size
 *
 * That is fifteen passes over all weights; TensorFlow has an operation that does it in one, in place.
 */
export interface Adam {
  /** Which state is what. */
  readonly weights: number;
  readonly m: number;
  readonly v: number;
  readonly keep: Edge;
  readonly size: Edge;
  readonly epsilon: Edge;
  readonly beta1: number;
  readonly beta2: number;
  readonly gradient: Edge;
}

/** @param reads the state as it was, in the order of `next` */
export function findAdam(next: readonly Edge[], reads: readonly Edge[]): Adam | null {
  for (const [weights, value] of next.entries()) {
    const [kept, update] = sides(value, 'Sub') ?? [];
    const [w, keep] = sides(kept, 'Mul') ?? [];
    const [ratio, size] = sides(update, 'Mul') ?? [];
    const [m1, bottom] = sides(ratio, 'RealDiv', 'Div') ?? [];
    const [root, epsilon] = sides(bottom, 'Add', 'AddV2') ?? [];
    if (!same(w, reads[weights]) || !m1 || root?.node.op !== 'Sqrt' || !keep || !size || !epsilon) continue;
    const v1 = root.node.inputs[0];
    const m = next.findIndex((other) => same(other, m1));
    const v = next.findIndex((other) => same(other, v1));
    const first = average(m1, reads[m]);
    const second = average(v1, reads[v]);
    if (!first || !second || !isScalar(keep) || !isScalar(size) || !isScalar(epsilon)) continue;
    const squared = second.added.node.op === 'Square' ? second.added.node.inputs[0] : undefined;
    if (!same(squared, first.added)) continue;
    return { weights, m, v, keep, size, epsilon, beta1: first.share, beta2: second.share, gradient: first.added };
  }
  return null;
}

/** `old`·share + added·(1−share). */
function average(
  value: Edge | undefined,
  old: Edge | undefined,
): { readonly share: number; readonly added: Edge } | null {
  const [left, right] = sides(value, 'Add', 'AddV2') ?? [];
  const [from, share] = sides(left, 'Mul') ?? [];
  const [added, rest] = sides(right, 'Mul') ?? [];
  const [a, b] = [constantOf(share), constantOf(rest)];
  if (!same(from, old) || !added || a === null || b === null || Math.abs(a + b - 1) > 1e-6) return null;
  return { share: a, added };
}

const isScalar = (from: Edge): boolean => specOf(from).shape.every((size) => size === 1);

/** Writes weights and moments, once all of `after` have run. */
export function applyAdam(
  found: Adam,
  handles: readonly GraphNode[],
  read: Edge,
  after: readonly GraphNode[],
): GraphNode {
  const handle = (i: number): Edge => edge(handles[i] as GraphNode);
  const float = { T: typeAttribute(FLOAT) };
  const decayed = makeNode('Mul', [read, scalar(found.keep)], float, [specOf(read)]);
  const written = assign(handles[found.weights] as GraphNode, edge(decayed), after);
  return makeNode(
    'ResourceApplyAdam',
    [
      ...[found.weights, found.m, found.v].map(handle),
      // Both powers of β are in `size` already.
      ...[
        floatConstant(0),
        floatConstant(0),
        scalar(found.size),
        floatConstant(found.beta1),
        floatConstant(found.beta2),
        scalar(found.epsilon),
      ],
      found.gradient,
    ],
    { ...float, use_locking: { kind: 'bool', value: false }, use_nesterov: { kind: 'bool', value: false } },
    [],
    { after: [written, ...after] },
  );
}

function scalar(from: Edge): Edge {
  if (specOf(from).shape.length === 0) return from;
  const attributes = { T: typeAttribute(FLOAT), Tshape: typeAttribute(3) };
  return edge(makeNode('Reshape', [from, edge(int32s([]))], attributes, [{ dtype: FLOAT, shape: [] }]));
}
