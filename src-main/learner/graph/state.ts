import {
  constant,
  type Edge,
  edge,
  FLOAT,
  type GraphNode,
  makeNode,
  RESOURCE,
  specOf,
  typeAttribute,
  type ValueSpec,
} from './nodes';
import type { Call } from './session';

/** Variables that live in the graph: how the traced function reads them, and how they are set and read from outside. */
export interface StateNodes {
  /** One per variable: its handle, and its value at the start of the step. */
  readonly handles: readonly GraphNode[];
  readonly reads: readonly GraphNode[];
  readonly load: Call;
  readonly save: Call;
  /** What `load` and `save` need to be in the graph. */
  readonly targets: readonly GraphNode[];
}

export function stateNodes(shapes: readonly (readonly number[])[]): StateNodes {
  const specs: ValueSpec[] = shapes.map((shape) => ({ dtype: FLOAT, shape }));
  const handles = specs.map(({ shape }, i) =>
    makeNode(
      'VarHandleOp',
      [],
      {
        dtype: typeAttribute(FLOAT),
        shape: { kind: 'shape', value: shape },
        shared_name: { kind: 'string', value: `state${i}` },
        container: { kind: 'string', value: '' },
      },
      [{ dtype: RESOURCE, shape: [] }],
      { name: `state${i}` },
    ),
  );
  const read = (name: string) => (handle: GraphNode, i: number) =>
    makeNode('ReadVariableOp', [edge(handle)], { dtype: typeAttribute(FLOAT) }, [specs[i] as ValueSpec], {
      name: `${name}${i}`,
    });
  const feeds = specs.map((spec, i) => placeholder(`load${i}`, spec));
  const loads = feeds.map((feed, i) => assign(handles[i] as GraphNode, edge(feed), []));
  const loaded = done('loaded', loads);
  const saves = handles.map(read('save'));
  return {
    handles,
    reads: handles.map(read('read')),
    load: { feeds: specs.map((spec, i) => ({ name: `load${i}`, spec })), fetches: ['loaded'] },
    save: { feeds: [], fetches: saves.map((_, i) => `save${i}`) },
    targets: specs.length > 0 ? [loaded, ...saves] : [],
  };
}

export const placeholder = (name: string, spec: ValueSpec): GraphNode =>
  makeNode(
    'Placeholder',
    [],
    { dtype: typeAttribute(spec.dtype), shape: { kind: 'shape', value: spec.shape } },
    [spec],
    { name },
  );

/** Gives a variable its next value once all of `after` have run. */
export function assign(handle: GraphNode, value: Edge, after: readonly GraphNode[]): GraphNode {
  const own = isBorrowed(value) ? deepCopy(value) : value;
  return makeNode('AssignVariableOp', [edge(handle), own], { dtype: typeAttribute(FLOAT) }, [], { after });
}

/** The value of a variable once all of `after` have run. */
export const readAfter = (handle: GraphNode, spec: ValueSpec, after: readonly GraphNode[]): Edge =>
  edge(makeNode('ReadVariableOp', [edge(handle)], { dtype: typeAttribute(FLOAT) }, [spec], { after }));

/** Something to fetch that is there when all of `after` have run: one float. */
export function done(name: string, after: readonly GraphNode[], value?: Edge): GraphNode {
  const from = value ?? edge(constant({ dtype: FLOAT, shape: [], bytes: new Uint8Array(4) }));
  return makeNode('Identity', [from], { T: typeAttribute(specOf(from).dtype) }, [specOf(from)], { after, name });
}

/** Operations that may hand on the memory they were given. */
const VIEWS = new Set([
  'Reshape',
  'ExpandDims',
  'Squeeze',
  'Identity',
  'Cast',
  'Slice',
  'StridedSlice',
  'SplitV',
  'Unpack',
  'Transpose',
  'ConcatV2',
  'Tile',
  'PadV2',
  'Select',
]);

/**
 * Whether a value may lie in memory that was fed. A variable must not keep that: it belongs to JavaScript, which is not
 * asked from TensorFlow's threads when the variable is written next.
 */
function isBorrowed(value: Edge): boolean {
  const { node } = value;
  return node.op === 'Placeholder' || (VIEWS.has(node.op) && node.inputs.some(isBorrowed));
}

const deepCopy = (value: Edge): Edge =>
  edge(makeNode('DeepCopy', [value], { T: typeAttribute(specOf(value).dtype) }, [specOf(value)]));
