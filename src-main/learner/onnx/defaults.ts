import { z } from 'zod';
import { encodeSparse, sparseModel, TYPE } from './schema';

/** As far as it must be looked into here; all the rest passes as it is. */
const modelSchema = z.looseObject({
  graph: z.looseObject({ initializer: z.array(z.looseObject({ name: z.string() })) }),
});

/**
 * An input with a value of its own, for whoever does not give one: in ONNX an input and an initializer of one name.
 * @param values 1 × N
 */
export function withDefault(model: Uint8Array, input: string, values: Float32Array): Uint8Array {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const value: Initializer = { name: input, dims: [1, values.length], dataType: TYPE.float32, rawData };
  return changed(model, (all) => [...all, value]);
}

/** The input must be given again: onnxruntime for Node feeds no input that has a value of its own. */
export const withoutDefault = (model: Uint8Array, input: string): Uint8Array =>
  changed(model, (all) => all.filter(({ name }) => name !== input));

type Initializer = z.output<typeof modelSchema>['graph']['initializer'][number];

function changed(model: Uint8Array, change: (all: readonly Initializer[]) => readonly Initializer[]): Uint8Array {
  const { graph, ...rest } = modelSchema.parse(sparseModel(model));
  return encodeSparse({ ...rest, graph: { ...graph, initializer: change(graph.initializer) } });
}
