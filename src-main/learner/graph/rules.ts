import { constantOf, sameShape, sides, sumsToLastAxis } from './match';
import {
  type Attributes,
  type Edge,
  edge,
  floatConstant,
  type GraphNode,
  INT32,
  int32s,
  makeNode,
  specOf,
  typeAttribute,
} from './nodes';

/** What may stand in for the one output of a node; null when the rule does not apply. */
type Rule = (node: GraphNode) => Edge | null;

/**
 * tfjs composes many things that TensorFlow has in one operation, or needs not at all, and TensorFlow's own optimiser
 * joins only what it recognises: a `BiasAdd` behind a product, for instance, which becomes part of the product.
 */
export const RULES: readonly Rule[] = [
  // Same shape, same type: nothing to do.
  ({ op, inputs, outputs }) =>
    op === 'Reshape' && sameShape(inputs[0], outputs[0]?.shape) ? (inputs[0] ?? null) : null,
  ({ op, inputs, attributes: { SrcT, DstT } }) =>
    op === 'Cast' && SrcT?.value === DstT?.value ? (inputs[0] ?? null) : null,
  // A reshape of a reshape.
  (node) => {
    const inner = node.op === 'Reshape' ? inputOf(node, 0, 'Reshape') : null;
    return inner ? replace(node, 'Reshape', [inner.inputs[0], node.inputs[1]], node.attributes) : null;
  },
  // Matrices need no batch.
  (node) => {
    const { op, inputs, attributes, outputs } = node;
    if (op !== 'BatchMatMulV2' || outputs[0]?.shape.length !== 2) return null;
    if (inputs.some((input) => specOf(input).shape.length !== 2)) return null;
    const { adj_x, adj_y, T } = attributes;
    if (!adj_x || !adj_y || !T) return null;
    return replace(node, 'MatMul', inputs, { transpose_a: adj_x, transpose_b: adj_y, T });
  },
  // A bias per channel.
  (node) => {
    if (node.op !== 'Add' && node.op !== 'AddV2') return null;
    const [product, bias] = node.inputs;
    if (!product || !bias || !['MatMul', 'Conv2D'].includes(product.node.op)) return null;
    const { shape } = specOf(bias);
    if (shape.length !== 1 || shape[0] !== specOf(product).shape.at(-1)) return null;
    return replace(node, 'BiasAdd', [product, bias], {
      ...typeOf(node),
      data_format: { kind: 'string', value: 'NHWC' },
    });
  },
  // … and its gradient.
  (node) =>
    node.op === 'Sum' && sumsToLastAxis(node)
      ? replace(node, 'BiasAddGrad', [node.inputs[0]], {
          ...typeOf(node),
          data_format: { kind: 'string', value: 'NHWC' },
        })
      : null,
  // TensorFlow 2.15 fails to join product, bias, sum and ReLU into one, and then joins nothing at all. It lets this be.
  (node) => {
    const [sum] = node.inputs;
    const isBiased = (from: Edge): boolean => from.node.op === 'BiasAdd' && from.node.inputs[0]?.node.op === 'MatMul';
    if (node.op !== 'Relu' || !sum || !sides(sum, 'Add', 'AddV2')?.some(isBiased)) return null;
    return replace(node, 'Maximum', [sum, floatConstant(0)], typeOf(node));
  },
  // The gradient of max(x, 0), as layers.ts writes it and as tfjs does.
  (node) =>
    eitherWay(node, 'Mul', (dy, mask) => {
      const relu = mask.node.op === 'Sign' ? (inputOf(mask.node, 0, 'Relu') ?? inputOf(mask.node, 0, 'Maximum')) : null;
      const at = relu && (relu.op === 'Relu' || constantOf(relu.inputs[1]) === 0) ? edge(relu) : stepOf(mask);
      return at ? replace(node, 'ReluGrad', [dy, at], typeOf(node)) : null;
    }),
  // tfjs' step(x) hands on what is not a number; a loss that is not a number ends the training anyway.
  (node) => {
    if (node.op !== 'Select') return null;
    const [condition, x, step] = node.inputs;
    if (condition?.node.op !== 'IsNan' || condition.node.inputs[0]?.node !== x?.node) return null;
    return step?.node.op === 'Select' ? step : null;
  },
];

/**
 * Pieces of a vector. A split copies it; a slice that starts and ends where TensorFlow's memory is aligned is the same
 * memory, which most weights are.
 */
export function sliceOf(split: GraphNode, output: number): Edge | null {
  const [vector, sizes] = split.inputs;
  const spec = split.outputs[output];
  if (split.op !== 'SplitV' || !vector || !sizes || !spec || specOf(vector).shape.length !== 1) return null;
  const begin = split.outputs.slice(0, output).reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const attributes = { ...(split.attributes.T && { T: split.attributes.T }), Index: typeAttribute(INT32) };
  return edge(makeNode('Slice', [vector, edge(int32s([begin])), edge(int32s(spec.shape))], attributes, [spec]));
}

/** x where `mask` is 1 for x > 0 and 0 elsewhere; else null. */
function stepOf(mask: Edge): Edge | null {
  const { op, inputs } = mask.node;
  const [condition, yes, no] = inputs;
  if (op !== 'Select' || condition?.node.op !== 'Greater' || constantOf(yes) !== 1 || constantOf(no) !== 0) return null;
  const [x, zero] = condition.node.inputs;
  return x && constantOf(zero) === 0 && sameShape(x, specOf(mask).shape) ? x : null;
}

function eitherWay(node: GraphNode, op: string, rule: (a: Edge, b: Edge) => Edge | null): Edge | null {
  const [a, b] = node.inputs;
  if (node.op !== op || !a || !b || !sameShape(a, specOf(b).shape)) return null;
  return rule(a, b) ?? rule(b, a);
}

function inputOf(node: GraphNode, index: number, op: string): GraphNode | null {
  const input = node.inputs[index];
  return input?.node.op === op ? input.node : null;
}

const typeOf = (node: GraphNode): Attributes => ({ T: typeAttribute(node.outputs[0]?.dtype ?? 0) });

const replace = (node: GraphNode, op: string, inputs: readonly (Edge | undefined)[], attributes: Attributes): Edge =>
  edge(
    makeNode(
      op,
      inputs.filter((input) => input !== undefined),
      attributes,
      node.outputs,
    ),
  );
