import { type FaultError, fault } from '../../core/fault';
import type { Attribute, GraphBuilder, Value } from './graph';
import { type Layout, plainLayout } from './layout';
import type { Call, Computed } from './trace';

/** Writes one kernel call as ONNX nodes and returns the call's outputs, in order. */
export type Emitter = (e: Emission) => Value | readonly Value[];

/** One kernel call that is to be written: its operands as values of the graph, its attributes checked. */
export class Emission {
  readonly #inputs: Readonly<Record<string, Value>>;

  constructor(
    readonly g: GraphBuilder,
    private readonly call: Call,
    inputs: Readonly<Record<string, Value>>,
  ) {
    this.#inputs = inputs;
  }

  /** The operand of this name. */
  at(name: string): Value {
    const value = this.#inputs[name];
    if (!value) throw this.unsupported(`without its input ${name}`);
    return value;
  }

  optional(name: string): Value | null {
    return this.#inputs[name] ?? null;
  }

  /** The operands of a kernel that takes a list. */
  list(): Value[] {
    return Object.keys(this.#inputs).map((name) => this.at(name));
  }

  get outputs(): readonly Computed[] {
    return this.call.outputs;
  }

  get out(): Computed {
    const [out] = this.call.outputs;
    if (!out) throw this.unsupported('without a result');
    return out;
  }

  /** What output `i` is to the policy, lying as `layout` under `name`. */
  result(name: string, layout: Layout | null = null, i = 0): Value {
    const { shape, dtype } = this.call.outputs[i] ?? this.out;
    return { shape, dtype, name, layout: layout ?? plainLayout(shape.length) };
  }

  /** A node whose output is the (only) output of the call, its axes in the policy's order. */
  node(opType: string, input: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.result(this.g.node(opType, input, attributes));
  }

  number(name: string, otherwise?: number): number {
    const value = this.call.attrs[name] ?? otherwise;
    if (typeof value !== 'number') throw this.unsupported(`with ${name} = ${String(value)}`);
    return value;
  }

  /** A number stands for a list of one. */
  numbers(name: string): number[] {
    const value = this.call.attrs[name];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (typeof item !== 'number') throw this.unsupported(`with ${name} = ${String(value)}`);
      return item;
    });
  }

  pairs(name: string): [number, number][] {
    const value = this.call.attrs[name];
    if (!Array.isArray(value)) throw this.unsupported(`with ${name} = ${String(value)}`);
    return value.map((pair: unknown) => {
      const [a, b]: unknown[] = Array.isArray(pair) ? pair : [];
      if (typeof a !== 'number' || typeof b !== 'number') throw this.unsupported(`with ${name} = ${String(value)}`);
      return [a, b];
    });
  }

  flag(name: string): boolean {
    return this.call.attrs[name] === true;
  }

  attr(name: string): unknown {
    return this.call.attrs[name];
  }

  /** Axes of an operand of this rank, 0…rank−1; tfjs also takes negative ones. */
  axes(name: string, rank: number): number[] {
    return this.numbers(name).map((axis) => (axis < 0 ? axis + rank : axis));
  }

  unsupported(how: string): FaultError {
    return fault(
      'incompatible',
      `The operation ${this.call.kernel} ${how} cannot be exported to ONNX`,
      'The policy still runs in Understudy. To export it, add this operation in src-main/learner/onnx/ops.',
    );
  }
}
