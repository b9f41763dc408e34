import protobuf from 'protobufjs/light';
import { type Attribute, BOOL, type ConstantValue, FLOAT, type GraphNode, INT32 } from './nodes';

/** The parts of TensorFlow's saved_model.proto that we write; field numbers as there. */
const field = (type: string, id: number, rule?: 'repeated') => ({ type, id, ...(rule ? { rule } : {}) });
const ATTRIBUTES = { keyType: 'string', type: 'Value', id: 5 };
const ROOT = protobuf.Root.fromJSON({
  nested: {
    Dim: { fields: { size: field('int64', 1) } },
    Shape: { fields: { dim: field('Dim', 2, 'repeated') } },
    Tensor: {
      fields: {
        dtype: field('int32', 1),
        shape: field('Shape', 2),
        content: field('bytes', 4),
        floats: field('float', 5, 'repeated'),
        ints: field('int32', 7, 'repeated'),
        bools: field('bool', 11, 'repeated'),
      },
    },
    List: {
      fields: {
        s: field('bytes', 2, 'repeated'),
        i: field('int64', 3, 'repeated'),
        f: field('float', 4, 'repeated'),
      },
    },
    Value: {
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: field('List', 1),
        s: field('bytes', 2),
        i: field('int64', 3),
        f: field('float', 4),
        b: field('bool', 5),
        type: field('int32', 6),
        shape: field('Shape', 7),
        tensor: field('Tensor', 8),
      },
    },
    Node: {
      fields: {
        name: field('string', 1),
        op: field('string', 2),
        input: field('string', 3, 'repeated'),
        attr: ATTRIBUTES,
      },
    },
    Versions: { fields: { producer: field('int32', 1) } },
    Graph: { fields: { node: field('Node', 1, 'repeated'), versions: field('Versions', 4) } },
    Info: { fields: { tags: field('string', 4, 'repeated') } },
    Meta: { fields: { info: field('Info', 1), graph: field('Graph', 2) } },
    SavedModel: { fields: { version: field('int64', 1), metas: field('Meta', 2, 'repeated') } },
  },
});

/** The version of graph definitions that TensorFlow 2.15 writes; older libraries read it too. */
const PRODUCER = 1645;

export const TAG = 'understudy';

/** @param nodes each after what it needs; named by `names` */
export function encodeSavedModel(nodes: readonly GraphNode[], names: ReadonlyMap<GraphNode, string>): Uint8Array {
  const type = ROOT.lookupType('SavedModel');
  const graph = { node: nodes.map((node) => encodeNode(node, names)), versions: { producer: PRODUCER } };
  return type.encode(type.create({ version: 1, metas: [{ info: { tags: [TAG] }, graph }] })).finish();
}

function encodeNode(node: GraphNode, names: ReadonlyMap<GraphNode, string>): object {
  const nameOf = (other: GraphNode): string => names.get(other) ?? '';
  return {
    name: nameOf(node),
    op: node.op,
    input: [
      ...node.inputs.map((input) =>
        input.output === 0 ? nameOf(input.node) : `${nameOf(input.node)}:${input.output}`,
      ),
      ...[...new Set(node.after)].map((other) => `^${nameOf(other)}`),
    ],
    attr: Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, encodeAttribute(value)])),
  };
}

function encodeAttribute(attribute: Attribute): object {
  const { kind, value } = attribute;
  switch (kind) {
    case 'int':
      return typeof value === 'number' ? { i: value } : { list: { i: value } };
    case 'float':
      return typeof value === 'number' ? { f: value } : { list: { f: value } };
    case 'bool':
      return { b: value };
    case 'string':
      return { s: Buffer.from(value) };
    case 'type':
      return { type: value };
    case 'shape':
      return { shape: encodeShape(value) };
    case 'tensor':
      return { tensor: encodeTensor(value) };
  }
}

const encodeShape = (shape: readonly number[]): object => ({ dim: shape.map((size) => ({ size })) });

function encodeTensor({ dtype, shape, bytes }: ConstantValue): object {
  const start = { dtype, shape: encodeShape(shape) };
  // One number stands for all: a gradient is full of zeros and ones.
  if (dtype === FLOAT && bytes.length === 4) return { ...start, floats: [view(bytes).getFloat32(0, true)] };
  if (dtype === INT32 && bytes.length === 4) return { ...start, ints: [view(bytes).getInt32(0, true)] };
  if (dtype === BOOL && bytes.length === 1) return { ...start, bools: [bytes[0] !== 0] };
  return { ...start, content: bytes };
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
