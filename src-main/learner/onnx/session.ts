import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { fault, toFault } from '../../core/fault';

/** Resolved at run time from node_modules: only the processes that run policies load the native library. */
const load = createRequire(__filename);

/** For a person. */
export const RUNTIME = 'ONNX Runtime on the processor';

export interface OnnxShape {
  readonly name: string;
  /** `float32`, `int64`, … */
  readonly type: string;
  /** A name stands for a size that is free. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxInput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}
export interface OnnxOutput {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** One ONNX file, ready to run. Runs one question at a time. */
export interface OnnxSession {
  readonly inputs: readonly OnnxShape[];
  readonly outputs: readonly OnnxShape[];
  /** @throws `incompatible` when inputs or results are not what is expected. */
  run(feeds: Readonly<Record<string, OnnxInput>>, wanted: readonly string[]): Promise<Record<string, OnnxOutput>>;
  close(): Promise<void>;
}

/**
 * Opens an ONNX file (its bytes, or its path where it has data beside it). Throws `no-engine` when onnxruntime is not
 * there and `corrupt` when it does not take the file.
 */
export async function openOnnx(model: Uint8Array | string, threads = 1): Promise<OnnxSession> {
  const runtime = openRuntime();
  // Errors only: its warnings about graphs go to standard error and help nobody here.
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    graphOptimizationLevel: 'all',
  };
  let session: InferenceSession;
  try {
    const { InferenceSession: Session } = runtime;
    session = typeof model === 'string' ? await Session.create(model, options) : await Session.create(model, options);
  } catch (error) {
    throw fault(
      'corrupt',
      `This ONNX file cannot be opened: ${toFault(error).message}`,
      'Export it again; opset 17 or lower and float32 are safe choices.',
      error,
    );
  }
  const { Tensor: TensorOf } = runtime;
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    run: async (feeds, wanted) => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(feeds))
        tensors[name] = new TensorOf('float32', data, [...shape]);
      try {
        const results = await session.run(tensors, [...wanted]);
        return Object.fromEntries(wanted.map((name) => [name, floats(name, results[name])]));
      } catch (error) {
        throw fault(
          'incompatible',
          `The ONNX model failed: ${toFault(error).message}`,
          'Check its inputs against its spec.',
          error,
        );
      }
    },
    close: () => session.release(),
  };
}

function openRuntime(): typeof import('onnxruntime-node') {
  try {
    return load('onnxruntime-node');
  } catch (error) {
    throw fault(
      'no-engine',
      `The ONNX runtime does not load: ${toFault(error).message.split('\n')[0]}`,
      'Run `npm run setup` again; the package onnxruntime-node seems to be damaged.',
      error,
    );
  }
}

function describe(meta: InferenceSession.ValueMetadata): OnnxShape {
  if (!meta.isTensor) return { name: meta.name, type: 'no tensor', shape: [] };
  return { name: meta.name, type: meta.type, shape: meta.shape };
}

function floats(name: string, tensor: Tensor | undefined): OnnxOutput {
  if (tensor?.type === 'float32' && tensor.data instanceof Float32Array)
    return { data: tensor.data, shape: tensor.dims };
  throw new Error(`the output ${name} is ${tensor?.type ?? 'missing'}, not float32`);
}
