import { isPlain, type Layout, permBetween, permute, plainLayout, reorder, sameLayout } from './layout';
import { ATTRIBUTE, type AttributeProto, type GraphProto, type NodeProto, type TensorProto, TYPE } from './schema';
import type { Constant, Dtype } from './trace';

/** A tensor of the graph that is being written: what it is to the policy, and where and how it lies. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly layout: Layout;
  /** Its name in the file; constants get one when they are used. */
  readonly name: string;
  readonly constant?: Constant;
}

export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Builds one ONNX graph, node by node. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  /** Equal constants are kept once. */
  readonly #shared = new Map<string, string>();
  readonly #moved = new Map<string, string>();
  #count = 0;

  constant(constant: Constant): Value {
    return {
      shape: constant.shape,
      dtype: constant.dtype,
      layout: plainLayout(constant.shape.length),
      name: '',
      constant,
    };
  }

  scalar(value: number, dtype: Dtype = 'float32'): Value {
    const data =
      dtype === 'float32' ? Float32Array.of(value) : dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
    return this.constant({ shape: [], dtype, data });
  }

  /** Adds a node with one output and returns the output's name. Inputs are names; '' leaves an optional one out. */
  node(opType: string, input: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.nodes(opType, input, 1, attributes)[0] as string;
  }

  nodes(
    opType: string,
    input: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const name = `${opType}_${this.#count++}`;
    const output = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}_${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => toAttribute(key, value));
    this.#nodes.push({ opType, name, input, output, attribute });
    return output;
  }

  /** The name of `value`, its axes in the policy's order. */
  plain(value: Value): string {
    return this.as(value, plainLayout(value.shape.length));
  }

  /** The name of `value`, its axes in this order; moves them when they lie otherwise. */
  as(value: Value, layout: Layout): string {
    const { constant } = value;
    if (constant) {
      const data = permute(constant.data, constant.shape, layout);
      return this.#initializer(constant.dtype, reorder(constant.shape, layout), data);
    }
    if (sameLayout(value.layout, layout)) return value.name;
    const key = `${value.name}>${layout.join()}`;
    const known = this.#moved.get(key);
    if (known) return known;
    const name = this.node('Transpose', [value.name], { perm: permBetween(value.layout, layout) });
    this.#moved.set(key, name);
    return name;
  }

  /** A list of whole numbers: shapes, axes, positions. */
  ints(values: readonly number[]): string {
    return this.#initializer('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  int(value: number): string {
    return this.#initializer('int64', [], BigInt64Array.of(BigInt(value)));
  }

  cast(name: string, dtype: keyof typeof TYPE): string {
    return this.node('Cast', [name], { to: TYPE[dtype] });
  }

  finish(
    name: string,
    inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: Dtype }[],
    outputs: readonly { readonly name: string; readonly value: Value }[],
  ): GraphProto {
    // The graph's outputs must have the names that were asked for.
    const output = outputs.map(({ name, value }) => {
      const from = isPlain(value.layout) && !value.constant ? value.name : this.plain(value);
      this.#nodes.push({ opType: 'Identity', name: `output_${name}`, input: [from], output: [name], attribute: [] });
      return info(name, value.shape, value.dtype);
    });
    const input = inputs.map((spec) => info(spec.name, spec.shape, spec.dtype));
    return { name, node: this.#nodes, initializer: this.#initializers, input, output };
  }

  #initializer(type: keyof typeof TYPE, dims: readonly number[], data: ArrayBufferView): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const small = rawData.length <= 64;
    const key = small ? `${type}:${dims.join()}:${rawData.join()}` : '';
    const known = small ? this.#shared.get(key) : this.#sameLarge(type, dims, rawData);
    if (known) return known;
    const name = `${dims.length === 0 ? 'number' : 'tensor'}_${this.#initializers.length}`;
    if (small) this.#shared.set(key, name);
    this.#initializers.push({ name, dims, dataType: TYPE[type], rawData });
    return name;
  }

  #sameLarge(type: keyof typeof TYPE, dims: readonly number[], raw: Uint8Array): string | undefined {
    return this.#initializers.find(
      (one) =>
        one.dataType === TYPE[type] &&
        one.rawData.length === raw.length &&
        String(one.dims) === String(dims) &&
        Buffer.compare(one.rawData, raw) === 0,
    )?.name;
  }
}

const info = (name: string, shape: readonly number[], dtype: Dtype): GraphProto['input'][number] => ({
  name,
  type: { tensorType: { elemType: TYPE[dtype], shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

function toAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float };
  return { name, type: ATTRIBUTE.ints, ints: value };
}
