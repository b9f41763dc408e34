import { fault } from '../../core/fault';
import type { Engine } from '../engine';
import { Emission } from './emission';
import { GraphBuilder, type Value } from './graph';
import { plainLayout } from './layout';
import { EMITTERS } from './ops/index';
import { encodeModel } from './schema';
import { type InputSpec, isConstant, type Operand, type TensorFunction, type Trace, trace } from './trace';

/** Opset 17 of 2022: every onnxruntime since 1.12 runs it. */
const OPSET = 17;
const IR_VERSION = 8;

/**
 * A pure tfjs function as an ONNX file: inputs and outputs have the names and shapes given here, whatever the function
 * closes over is inside. float32 in, float32 out.
 * @param metadata is written into the file as it is
 * Throws `incompatible`, naming the operation, when the function uses one that has no ONNX writing here.
 */
export async function exportOnnx(
  engine: Engine,
  fn: TensorFunction,
  inputs: readonly InputSpec[],
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const graph = toGraph(trace(engine, fn, inputs));
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'understudy',
    docString: metadata.description ?? '',
    opsetImport: [{ domain: '', version: OPSET }],
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}

function toGraph({ inputs, calls, outputs }: Trace): ReturnType<GraphBuilder['finish']> {
  const g = new GraphBuilder();
  const values = new Map<number, Value>();
  for (const { id, name, shape, dtype } of inputs) {
    values.set(id, { shape, dtype, name, layout: plainLayout(shape.length) });
  }
  const value = (operand: Operand): Value => {
    if (isConstant(operand)) return g.constant(operand);
    const found = values.get(operand.id);
    if (!found) throw fault('internal', 'A tensor is used before it is computed', 'Please report this defect.');
    return found;
  };
  for (const call of calls) {
    const emit = EMITTERS[call.kernel];
    if (!emit) {
      throw fault(
        'incompatible',
        `The operation ${call.kernel} cannot be exported to ONNX`,
        'The policy still runs in Understudy. To export it, add this operation in src-main/learner/onnx/ops.',
      );
    }
    const given = Object.entries(call.inputs).map(([name, operand]) => [name, value(operand)] as const);
    const made = emit(new Emission(g, call, Object.fromEntries(given)));
    const list: readonly Value[] = 'name' in made ? [made] : made;
    for (const [i, output] of call.outputs.entries()) {
      const written = list[i];
      // What the engine computed says what must come out; a difference would be a defect of the emitter.
      if (!written || String(written.shape) !== String(output.shape) || written.dtype !== output.dtype) {
        throw fault(
          'internal',
          `The operation ${call.kernel} came out as ${written?.dtype} [${written?.shape}] instead of ${output.dtype} [${output.shape}]`,
          'Please report this defect.',
        );
      }
      values.set(output.id, written);
    }
  }
  return g.finish(
    'policy',
    inputs,
    outputs.map(({ name, value: operand }) => ({ name, value: value(operand) })),
  );
}
