/** A TensorFlow graph as data: what was traced, before it is written down. */

export type Attribute =
  | { readonly kind: 'int'; readonly value: number | readonly number[] }
  | { readonly kind: 'float'; readonly value: number | readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'type'; readonly value: number }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: ConstantValue };

export type Attributes = Readonly<Record<string, Attribute>>;

/** Values of a constant, little endian, row-major; one element stands for all when `bytes` holds just one. */
export interface ConstantValue {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface ValueSpec {
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Edge[];
  readonly attributes: Attributes;
  readonly outputs: readonly ValueSpec[];
  /** Nodes that must have run before. */
  readonly after: readonly GraphNode[];
  /** A name that the outside uses; others are numbered. */
  readonly name?: string;
}

/** One output of a node. */
export interface Edge {
  readonly node: GraphNode;
  readonly output: number;
}

export const FLOAT = 1;
export const INT32 = 3;
export const UINT8 = 4;
export const BOOL = 10;
export const RESOURCE = 20;

export function makeNode(
  op: string,
  inputs: readonly Edge[],
  attributes: Attributes,
  outputs: readonly ValueSpec[],
  more: { readonly after?: readonly GraphNode[]; readonly name?: string } = {},
): GraphNode {
  return { op, inputs, attributes, outputs, after: more.after ?? [], ...(more.name ? { name: more.name } : {}) };
}

export const edge = (node: GraphNode, output = 0): Edge => ({ node, output });
export const specOf = ({ node, output }: Edge): ValueSpec => node.outputs[output] as ValueSpec;
export const typeAttribute = (value: number): Attribute => ({ kind: 'type', value });

export function constant(value: ConstantValue, name?: string): GraphNode {
  const attributes: Attributes = { dtype: typeAttribute(value.dtype), value: { kind: 'tensor', value } };
  return makeNode('Const', [], attributes, [value], name ? { name } : {});
}

export const floatConstant = (value: number): Edge =>
  edge(constant({ dtype: FLOAT, shape: [], bytes: new Uint8Array(Float32Array.of(value).buffer) }));

export const int32s = (values: readonly number[]): GraphNode =>
  constant({ dtype: INT32, shape: [values.length], bytes: new Uint8Array(Int32Array.from(values).buffer) });

/** All nodes that `targets` need, each after what it needs. Not recursive: an unrolled recurrent net is thousands deep. */
export function inOrder(targets: readonly GraphNode[]): GraphNode[] {
  const done = new Set<GraphNode>();
  const order: GraphNode[] = [];
  const stack: { node: GraphNode; seen: boolean }[] = targets.map((node) => ({ node, seen: false })).reverse();
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, seen } = top;
    if (done.has(node)) continue;
    if (seen) {
      done.add(node);
      order.push(node);
      continue;
    }
    stack.push({ node, seen: true });
    const needs = [...node.inputs.map((input) => input.node), ...node.after];
    for (const need of needs.reverse()) if (!done.has(need)) stack.push({ node: need, seen: false });
  }
  return order;
}
